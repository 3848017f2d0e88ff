package notify

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

// description says how an HTTPS service for SMS is spoken to: what is sent, which answers mean that it took the message, and what
// the others mean. Those of known services are the files of gateways/; an operator's own file has the same form.
//
// {name} in a text stands for a value: of the message to (+33…), digits (the same without plus), text, id, seconds and minutes (of
// life left, as JSON numbers where they stand alone); of the address user, password, sender (from=), and any other parameter by
// its name. A header or a field whose name ends with ? is left out when one of its values is empty.
type description struct {
	About   string            `json:"about"`  // the documentation that it follows; for people
	Method  string            `json:"method"` // POST when empty, or PUT
	Path    string            `json:"path"`   // added to the host; empty: the path and the query of the address
	Auth    authScheme        `json:"auth"`
	Headers map[string]string `json:"headers"`
	JSON    any               `json:"json"` // the body, or
	Form    map[string]string `json:"form"`
	Refused []refusal         `json:"refused"` // looked through first: an error may stand in a 200
	Taken   []answer          `json:"taken"`   // one of these and the service has the message
	ID      string            `json:"id"`      // the place of the service's own reference
	Code    string            `json:"code"`    // the place of the error code that a log may show
}

// answer describes answers: all that it says must match.
type answer struct {
	Status any            `json:"status"` // 201, "2*", or a list of these; any when absent
	Where  map[string]any `json:"where"`  // values by place
}

// refusal is what an answer means for the message.
type refusal struct {
	answer
	Fault string `json:"fault"` // message, moment, gateway, rate or account
	Mend  string `json:"mend"`  // account: what to look at
}

// authScheme names how a request proves who sends it, where a header of fixed text does not.
type authScheme struct {
	Scheme string `json:"scheme"` // basic, oauth2 or ovhcloud
	Path   string `json:"path"`   // where its token or its time is asked for
}

var faults = map[string]Fault{
	"message": OfMessage, "moment": OfMoment, "gateway": OfGateway, "rate": OfRate, "account": OfAccount,
}

//go:embed gateways/*.json
var descriptions embed.FS

// standardGateway is what an https address speaks when the settings do not say.
const standardGateway = "json"

// describe returns the description of a name, or that of the file at a path: a setting with a slash or a dot is one.
func describe(setting string) (*description, error) {
	setting = cmp.Or(setting, standardGateway)
	if strings.ContainsAny(setting, "/.") {
		text, err := os.ReadFile(setting)
		if err != nil {
			return nil, fmt.Errorf("the file of the description cannot be read: %w", withoutPath(err))
		}
		d, err := parseDescription(text)
		if err != nil {
			return nil, fmt.Errorf("the description in %s: %w", setting, err)
		}
		return d, nil
	}
	text, err := descriptions.ReadFile("gateways/" + setting + ".json")
	if err != nil {
		return nil, errors.New("must be json, ovhcloud, brevo, twilio, smsfactor, octopush, orange, or the path of a description")
	}
	return parseDescription(text)
}

func withoutPath(err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	return err
}

// parseDescription refuses what it does not know: a misspelt « refused » would make every error a success.
func parseDescription(text []byte) (*description, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	decoder.UseNumber()
	d := new(description)
	if err := decoder.Decode(d); err != nil {
		return nil, fmt.Errorf("not readable as JSON: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errors.New("something follows its JSON object")
	}
	d.Method = cmp.Or(d.Method, "POST")
	switch {
	case d.Method != "POST" && d.Method != "PUT":
		// What stands in an address stands in the logs of every machine on the way: no code, no number.
		return nil, errors.New("method must be POST or PUT: a GET would put the code into an address")
	case slices.ContainsFunc(placeholders(d.Path), ofMessage):
		return nil, errors.New("path must hold nothing of the message: addresses are logged")
	case d.Path != "" && d.Path[0] != '/':
		return nil, errors.New("path must begin with /")
	case (d.JSON == nil) == (d.Form == nil):
		return nil, errors.New("it needs a body: either json or form")
	case len(d.Taken) == 0:
		return nil, errors.New("taken must say which answers mean that the message was taken")
	case !slices.Contains(d.placeholders(), "text") || !slices.Contains(d.placeholders(), "to") && !slices.Contains(d.placeholders(), "digits"):
		return nil, errors.New("its body holds no {text}, or neither {to} nor {digits}")
	}
	for _, r := range d.Refused {
		if _, known := faults[r.Fault]; !known {
			return nil, errors.New("fault must be message, moment, gateway, rate or account")
		}
		if r.Status == nil && len(r.Where) == 0 {
			return nil, errors.New("a refusal without status and where would refuse everything")
		}
	}
	return d, nil
}

// fixed are the values that every description may use; ofMessage tells those that differ from message to message.
var fixed = []string{"user", "password", "sender", "to", "digits", "text", "id", "seconds", "minutes"}

func ofMessage(name string) bool { return slices.Index(fixed, name) > 2 }

// uses returns the names of the values that d asks for, each with whether it may be empty.
func (d *description) uses() map[string]bool {
	optional := map[string]bool{}
	note := func(text string, may bool) {
		for _, name := range placeholders(text) {
			before, seen := optional[name]
			optional[name] = may && (before || !seen)
		}
	}
	note(d.Path, false)
	for name, value := range d.Headers {
		note(value, strings.HasSuffix(name, "?"))
	}
	for name, value := range d.Form {
		note(value, strings.HasSuffix(name, "?"))
	}
	eachText(d.JSON, false, note)
	return optional
}

// needs tells whether d cannot do without a value.
func (d *description) needs(name string) bool {
	optional, used := d.uses()[name]
	return used && !optional
}

// placeholders returns the names in the body.
func (d *description) placeholders() []string {
	var names []string
	note := func(text string, _ bool) { names = append(names, placeholders(text)...) }
	for _, value := range d.Form {
		note(value, false)
	}
	eachText(d.JSON, false, note)
	return names
}

// eachText calls f with every text inside a JSON value, and whether a field around it may be left out.
func eachText(v any, may bool, f func(text string, may bool)) {
	switch v := v.(type) {
	case string:
		f(v, may)
	case []any:
		for _, one := range v {
			eachText(one, may, f)
		}
	case map[string]any:
		for name, one := range v {
			eachText(one, may || strings.HasSuffix(name, "?"), f)
		}
	}
}

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

func placeholders(text string) []string {
	names := placeholder.FindAllString(text, -1)
	for i, name := range names {
		names[i] = strings.Trim(name, "{}")
	}
	return names
}

// values are what placeholders stand for.
type values map[string]string

// fill puts the values into a text, each through escape when there is one; whole is false when one of them is empty.
func (v values) fill(text string, escape func(string) string) (filled string, whole bool) {
	whole = true
	filled = placeholder.ReplaceAllStringFunc(text, func(name string) string {
		value := v[strings.Trim(name, "{}")]
		whole = whole && value != ""
		if escape != nil {
			return escape(value)
		}
		return value
	})
	return filled, whole
}

// fields fills a set of headers or form fields, without the optional ones that lack a value.
func (v values) fields(described map[string]string) map[string]string {
	filled := map[string]string{}
	for name, text := range described {
		value, whole := v.fill(text, nil)
		if plain, may := strings.CutSuffix(name, "?"); whole || !may {
			filled[plain] = value
		}
	}
	return filled
}

// body fills a JSON value. Texts are put in as values and encoded afterwards: nothing that they hold can end a string.
func (v values) body(described any) (filled any, whole bool) {
	switch described := described.(type) {
	case string:
		if described == "{seconds}" || described == "{minutes}" {
			return json.Number(v[strings.Trim(described, "{}")]), true
		}
		return v.fill(described, nil)
	case []any:
		list := make([]any, len(described))
		whole = true
		for i, one := range described {
			value, full := v.body(one)
			list[i], whole = value, whole && full
		}
		return list, whole
	case map[string]any:
		object, whole := map[string]any{}, true
		for _, name := range slices.Sorted(maps.Keys(described)) {
			value, full := v.body(described[name])
			plain, may := strings.CutSuffix(name, "?")
			if full || !may {
				object[plain] = value
				whole = whole && full
			}
		}
		return object, whole
	}
	return described, true
}
