package live

import "time"

// voice says a text to a screen reader once the fingers rest, so that it does not talk over the keys.
type voice struct {
	shell *shell
	delay delay
}

// pause is how long nothing must be typed.
const pause = 900 * time.Millisecond

// say speaks later; an empty text takes back what was not spoken yet.
func (v *voice) say(text string) {
	v.delay.run(pause, func() { v.shell.change(func(s *status) { s.said = text }) })
}
