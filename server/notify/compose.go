package notify

import (
	"html/template"
	"strings"
	"time"

	_ "time/tzdata" // the static binary runs where no time zones are installed

	"moncompte/app/words"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

// Composer writes the messages that the domain decides to send, in the name of an organisation. It implements portal.Composer and
// portal.LinkComposer.
type Composer struct {
	Words   words.Words
	OrgName string // « Caf »; empty = the portal's own name
	Phone   string // as it is read aloud, « 32 30 »; empty = the message says whom to call, without a number
	Base    string // the base URL; empty = no notice has a link
	Host    string // of the base URL, without port: the site that the code is for
}

func (c Composer) letters() *words.Letters { return c.Words.Letters() }

func (c Composer) signature() string {
	if c.OrgName == "" {
		return c.Words.Product()
	}
	return c.letters().Signature(oneLine(c.OrgName))
}

// call is the end of a sentence that begins with « appelez ».
func (c Composer) call() string {
	switch {
	case c.Phone != "":
		return c.letters().CallPhone(oneLine(c.Phone))
	case c.OrgName != "":
		return c.letters().CallOrg(oneLine(c.OrgName))
	}
	return c.letters().CallAnyone
}

// moment says a time in the time of Paris, for a letter.
func (c Composer) moment(t time.Time) string { return c.Words.ParisMoment(t.In(paris)) }

// shortMoment is moment for an SMS.
func (c Composer) shortMoment(t time.Time) string { return c.Words.ShortMoment(t.In(paris)) }

// letter is an e-mail before it takes its two forms.
type letter struct {
	Composer
	Subject    string
	Code       string // shown large, empty in a notice
	Paragraphs []string
	Disown     string // the address of a notice at which it is disowned; empty = there is none
}

// notice is email with the way to disown what it tells.
func (l letter) notice() portal.Content {
	c := l.email()
	if l.Base != "" {
		c.Disowned = func(token keys.Secret) portal.Content {
			l.Disown = l.disownAddress(token)
			return l.email()
		}
	}
	return c
}

// disownAddress is where the reader of a notice says that it was somebody else.
func (c Composer) disownAddress(token keys.Secret) string {
	return c.Base + "/ce-n-etait-pas-moi/" + token.Reveal()
}

// email gives the letter its two forms. There is no link but that of a notice, which asks for nothing and opens nothing: a person who has
// learnt that our e-mails have no other is harder to trap with one.
func (l letter) email() portal.Content {
	var text strings.Builder
	text.WriteString(l.Hello() + "\n\n")
	if l.Code != "" {
		text.WriteString(l.YourCode() + " " + l.Code + "\n\n")
	}
	for _, p := range l.Paragraphs {
		text.WriteString(p + "\n\n")
	}
	if l.Disown != "" {
		text.WriteString(l.DisownText() + "\n" + l.Disown + "\n\n")
	}
	text.WriteString(l.Signed() + "\n")
	var html strings.Builder
	if err := letterHTML.Execute(&html, l); err != nil {
		panic("notify: letter template: " + err.Error()) // it has no data of its own that could fail
	}
	return portal.Content{Subject: keys.NewSecret(l.Subject), Text: keys.NewSecret(text.String()), HTML: keys.NewSecret(html.String())}
}

// What the template says besides the fields.
func (l letter) Lang() string       { return l.Words.Lang() }
func (l letter) Hello() string      { return l.letters().Hello }
func (l letter) YourCode() string   { return l.letters().YourCode }
func (l letter) DisownText() string { return l.letters().Disown }
func (l letter) Signed() string     { return l.signature() }

// letterHTML carries its few styles inline, the only place where every mail program reads them.
var letterHTML = template.Must(template.New("letter").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Subject}}</title></head>
<body style="margin:0;padding:16px;background:#ffffff;color:#1b1b1b;font-family:Arial,Helvetica,sans-serif;font-size:18px;line-height:1.5">
<div style="max-width:560px;margin:0 auto">
<p>{{.Hello}}</p>
{{with .Code}}<p>{{$.YourCode}}</p>
<p style="margin:16px 0;padding:16px;border:2px solid #1b1b1b;font-size:32px;font-weight:bold;letter-spacing:4px;text-align:center">{{.}}</p>
{{end}}{{range .Paragraphs}}<p>{{.}}</p>
{{end}}{{with .Disown}}<p>{{$.DisownText}}<br><a href="{{.}}">{{.}}</a></p>
{{end}}<p>{{.Signed}}</p>
</div>
</body></html>
`))

// sentences puts sentences in a row.
func sentences(s ...string) string { return strings.Join(s, " ") }

// oneSegment returns the first text that fits one GSM-7 segment, the last one when none does. The characters that only UCS-2 has
// are folded first: an accent is not worth a second SMS, nor a code cut in two.
func oneSegment(texts ...string) portal.Content {
	for i, text := range texts {
		text = gsmFold.Replace(text)
		if n, ok := septets(text); ok && n <= gsmAlone || i == len(texts)-1 {
			return portal.Content{Text: keys.NewSecret(text)}
		}
	}
	return portal.Content{}
}

// oneLine keeps a setting from adding lines or headers.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

var paris = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic("notify: " + err.Error()) // the zones are compiled in
	}
	return zone
}()
