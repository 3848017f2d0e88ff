package gallery_test

import (
	"time"

	"moncompte/app/limits"
	"moncompte/app/words"
	"moncompte/components"
)

// page is what the stories are made for: French, with the figures that the golden files say.
var page = components.Page{
	Words: words.French,
	Limits: limits.Limits{CodeDigits: 6, CodeLife: 10 * time.Minute, CodeSends: 3, Remember: 30 * 24 * time.Hour, LinkingLife: 15 * time.Minute, Idle: 30 * time.Minute, Shared: 14 * time.Minute,
		Passkeys: 10, ProofLife: 11 * time.Minute},
}
