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
}
