package notify

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	_ "time/tzdata" // the static binary runs where no time zones are installed

	"moncompte/server/keys"
	"moncompte/server/portal"
)

// productName is the name of the portal as people know it.
const productName = "Mon Compte"

// Composer writes the messages that the domain decides to send, in the name of an organisation. It implements portal.Composer and
// portal.LinkComposer.
type Composer struct {
	OrgName string // « Caf »; empty = Mon Compte
	Phone   string // as it is read aloud, « 32 30 »; empty = the message says whom to call, without a number
	Host    string // of the base URL, without port: the site that the code is for
}

func (c Composer) name() string {
	if c.OrgName == "" {
		return productName
	}
	return oneLine(c.OrgName)
}

// call is the end of a sentence that begins with « appelez ».
func (c Composer) call() string {
	switch {
	case c.Phone != "":
		return "le " + oneLine(c.Phone)
	case c.OrgName != "":
		return "votre " + c.name()
	}
	return "votre organisme"
}

// letter is a message before it takes the form of its channel.
type letter struct {
	Subject    string
	Code       string   // shown large, empty in a notice
	Paragraphs []string // of the e-mail
	Signature  string
}

// email gives the letter its two forms. There is never a link: a person who has learnt that our e-mails have none is harder to
// trap with one.
func (l letter) email() portal.Content {
	var text strings.Builder
	text.WriteString("Bonjour,\n\n")
	if l.Code != "" {
		text.WriteString("Votre code\u00a0: " + l.Code + "\n\n")
	}
	for _, p := range l.Paragraphs {
		text.WriteString(p + "\n\n")
	}
	text.WriteString(l.Signature + "\n")
	var html strings.Builder
	if err := letterHTML.Execute(&html, l); err != nil {
		panic("notify: letter template: " + err.Error()) // it has no data of its own that could fail
	}
	return portal.Content{Subject: keys.NewSecret(l.Subject), Text: keys.NewSecret(text.String()), HTML: keys.NewSecret(html.String())}
}

// letterHTML carries its few styles inline, the only place where every mail program reads them.
var letterHTML = template.Must(template.New("letter").Parse(`<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Subject}}</title></head>
<body style="margin:0;padding:16px;background:#ffffff;color:#1b1b1b;font-family:Arial,Helvetica,sans-serif;font-size:18px;line-height:1.5">
<div style="max-width:560px;margin:0 auto">
<p>Bonjour,</p>
{{with .Code}}<p>Votre code&nbsp;:</p>
<p style="margin:16px 0;padding:16px;border:2px solid #1b1b1b;font-size:32px;font-weight:bold;letter-spacing:4px;text-align:center">{{.}}</p>
{{end}}{{range .Paragraphs}}<p>{{.}}</p>
{{end}}<p>{{.Signature}}</p>
</div>
</body></html>
`))

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

func minutes(n int) string {
	if n <= 1 {
		return "1\u00a0minute"
	}
	return fmt.Sprintf("%d\u00a0minutes", n)
}

var paris = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic("notify: " + err.Error()) // the zones are compiled in
	}
	return zone
}()

var months = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
	"novembre", "décembre"}

// moment says a time as people do, in the time of Paris, and says so: some of the readers live overseas.
func moment(t time.Time) string {
	t = t.In(paris)
	day := fmt.Sprint(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return fmt.Sprintf("le %s %s %d à %d\u00a0h\u00a0%02d (heure de Paris)", day, months[t.Month()-1], t.Year(), t.Hour(), t.Minute())
}

// shortMoment is moment for an SMS.
func shortMoment(t time.Time) string {
	t = t.In(paris)
	return fmt.Sprintf("le %02d/%02d à %dh%02d", t.Day(), t.Month(), t.Hour(), t.Minute())
}
