package aide

import (
	"strings"

	"moncompte/app/limits"
	catalogue "moncompte/app/words"
)

// figures are the placeholders that a page, its front matter and its drawings have for what the portal limits, each with its unit.
// They hold no HTML, so that they stand in a title as in a page.
func figures(l limits.Limits, u *catalogue.Units) words {
	return words{
		"{{code-digits}}":    u.Digits(l.CodeDigits),
		"{{code-example}}":   exampleCode(l.CodeDigits),
		"{{code-life}}":      u.Duration(l.CodeLife),
		"{{code-tries}}":     u.Tries(l.CodeTries),
		"{{code-tries-day}}": u.Tries(l.CodeTriesDay),
		"{{code-sends}}":     u.Times(l.CodeSends),
		"{{resend-after}}":   u.Duration(l.ResendAfter),
		"{{sms-day}}":        u.SMS(l.SMSDay),
		"{{mail-day}}":       u.Emails(l.EmailDay),

		"{{password-min}}":   u.Characters(l.PasswordMin),
		"{{password-max}}":   u.Characters(l.PasswordMax),
		"{{password-grace}}": u.Duration(l.PasswordGrace),

		"{{free-tries}}":       u.Tries(l.FreeAttempts),
		"{{free-failures}}":    u.Failures(l.FreeAttempts),
		"{{first-wait}}":       u.Duration(l.FirstWait),
		"{{second-wait}}":      u.Duration(2 * l.FirstWait),
		"{{third-wait}}":       u.Duration(4 * l.FirstWait),
		"{{max-wait}}":         u.Duration(l.MaxWait),
		"{{day-failures}}":     u.Failures(l.AttemptsDay),
		"{{day}}":              u.Duration(l.Day),
		"{{disable-failures}}": u.Failures(l.DisableAt),

		"{{idle}}":     u.Duration(l.Idle),
		"{{lifetime}}": u.Duration(l.Lifetime),
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
