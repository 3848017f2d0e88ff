package aide

import (
	"strings"

	"moncompte/app/limits"
	catalogue "moncompte/app/words"
)

// figures are the placeholders that a page, its front matter and its drawings have for what the portal limits, each with its unit.
// They hold no HTML, so that they stand in a title as in a page.
func figures(l limits.Limits, w catalogue.Words) words {
	n := w.Counts()
	return words{
		"{{code-digits}}":  n.Digits(l.CodeDigits),
		"{{code-example}}": exampleCode(l.CodeDigits),
		"{{code-life}}":    w.Duration(l.CodeLife),
		"{{code-tries}}":   n.Tries(l.CodeTries),
		"{{code-sends}}":   n.Times(l.CodeSends),
		"{{resend-after}}": w.Duration(l.ResendAfter),
		"{{sms-day}}":      n.SMS(l.SMSDay),
		"{{send-every}}":   w.Duration(l.SendEvery),

		"{{password-min}}":   n.Characters(l.PasswordMin),
		"{{password-max}}":   n.Characters(l.PasswordMax),
		"{{password-grace}}": w.Duration(l.PasswordGrace),

		"{{free-tries}}":    n.Tries(l.FreeAttempts),
		"{{free-failures}}": n.Failures(l.FreeAttempts),
		"{{first-wait}}":    w.Duration(l.FirstWait),
		"{{second-wait}}":   w.Duration(2 * l.FirstWait),
		"{{third-wait}}":    w.Duration(4 * l.FirstWait),
		"{{max-wait}}":      w.Duration(l.MaxWait),

		"{{remember}}": w.Duration(l.Remember),
		"{{shared}}":   w.Duration(l.Shared),

		"{{idle}}":     w.Duration(l.Idle),
		"{{lifetime}}": w.Duration(l.Lifetime),
		"{{way-life}}": w.Duration(l.WayLife),

		"{{keep-sign-ins}}": w.Duration(l.Kept.SignIns),
		"{{keep-browsers}}": w.Duration(l.Kept.Browsers),
		"{{keep-links}}":    w.Duration(l.Kept.Links),
		"{{keep-messages}}": w.Duration(l.Kept.Messages),
		"{{keep-audit}}":    w.Duration(l.Kept.Audit),
	}
}

// exampleCode is a code that nobody takes for a real one, set out as people read it: "123 456".
func exampleCode(digits int) string {
	var b strings.Builder
	for i := range digits {
		if i > 0 && i%3 == 0 {
			b.WriteString("\u00a0")
		}
		b.WriteByte('0' + byte((i+1)%10))
	}
	return b.String()
}
