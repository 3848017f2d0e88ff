package portal

import (
	"time"

	"moncompte/app/limits"
	"moncompte/app/password"
)

// The end of a session (OWASP ASVS 5.0 V7.1.1), where no setting says otherwise.
const (
	SessionIdle     = 30 * time.Minute
	SessionLifetime = 8 * time.Hour
)

// SharedIdle ends a session on a computer of several people without a request: its person may have gone without a word.
const SharedIdle = 10 * time.Minute

// StandardLimits are the figures that people are told: those that this package applies, and the standard ones of sessions.
var StandardLimits = limits.Limits{
	CodeDigits:  CodeDigits,
	CodeLife:    CodeLife,
	CodeTries:   CodeTries,
	CodeSends:   MostSends,
	ResendAfter: ResendAfter,
	Remember:    RememberFor,
	SMSDay:      smsLimit.PerWindow,
	SendEvery:   smsLimit.Every,

	PasswordMin:   password.MinLength,
	PasswordMax:   password.MaxLength,
	PasswordGrace: PasswordGrace,
	LinkingLife:   LinkingLife,

	FreeAttempts: AccountLimit.Free,
	FirstWait:    AccountLimit.FirstWait,
	MaxWait:      AccountLimit.MaxWait,

	Passkeys:  MostPasskeys,
	ProofLife: FreshFor,

	Idle:     SessionIdle,
	Shared:   SharedIdle,
	Lifetime: SessionLifetime,
	WayLife:  WayLife,

	Kept: limits.Kept{
		SignIns:  365 * day,
		Browsers: 400 * day,     // as long as a browser keeps a cookie (RFC 6265bis §5.5)
		Links:    3 * 365 * day, // as long as FranceConnect keeps its own traces (arrêté of 8 November 2018)
		Messages: 30 * day,      // what an operator looks at when one did not come
		Audit:    365 * day,     // 12 months, as the CNIL recommends for logs
	},
}

// WayLife is longer than any way of signing in, of recovery or of linking takes.
const WayLife = time.Hour

const day = 24 * time.Hour
