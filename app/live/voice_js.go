package live

import "time"

// voice says what there is to say of one field to a screen reader once the fingers rest, so that it does not talk over the keys.
type voice struct {
	shell *shell
	delay delay
	last  string
}

// pause is how long nothing must be typed.
const pause = 900 * time.Millisecond

// say speaks later, instead of what was not spoken yet. What was the last to be said is not said again.
func (v *voice) say(text func() string) {
	v.delay.run(pause, func() {
		if now := text(); now != v.last {
			v.last = now
			v.shell.say(now)
		}
	})
}
