package guess

import "strings"

// sequences are what fingers and minds follow: the alphabet, the digits, the
// rows of the AZERTY and QWERTY keyboards, and their columns from the left.
var sequences = [...]string{
	"abcdefghijklmnopqrstuvwxyz", "01234567890",
	"azertyuiop", "qsdfghjklm", "wxcvbn",
	"qwertyuiop", "asdfghjkl", "zxcvbnm",
	"1aqw2zsx3edc4rfv5tgb6yhn7uj8ik9olm", "aqwzsxedcrfvtgbyhnujikolpm",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp",
	"!@#$%^&*()", "&\"'(-_)=",
}

// runLength returns how many code points at the start of s follow one
// sequence, forwards or backwards.
func runLength(s []rune) int {
	best := 1
	for _, seq := range sequences {
		if s[0] >= 0x80 {
			break
		}
		at := strings.IndexByte(seq, byte(s[0]))
		if at < 0 {
			continue
		}
		forwards, backwards := 1, 1
		for forwards < len(s) && at+forwards < len(seq) && s[forwards] == rune(seq[at+forwards]) {
			forwards++
		}
		for backwards < len(s) && at-backwards >= 0 && s[backwards] == rune(seq[at-backwards]) {
			backwards++
		}
		best = max(best, forwards, backwards)
	}
	return best
}

// sameLength returns how many code points at the start of s are equal.
func sameLength(s []rune) int {
	n := 1
	for n < len(s) && s[n] == s[0] {
		n++
	}
	return n
}

// period returns the length of the shortest piece that, repeated twice or
// more and cut anywhere after that, gives s; len(s) when there is none.
func period(s []rune) int {
	border := make([]int, len(s))
	for i := 1; i < len(s); i++ {
		k := border[i-1]
		for k > 0 && s[i] != s[k] {
			k = border[k-1]
		}
		if s[i] == s[k] {
			k++
		}
		border[i] = k
	}
	if len(s) == 0 {
		return 0
	}
	if p := len(s) - border[len(s)-1]; 2*p <= len(s) {
		return p
	}
	return len(s)
}

// number returns the value of the first n code points of s, and whether they
// are all digits 0 to 9.
func number(s []rune, n int) (int, bool) {
	if len(s) < n {
		return 0, false
	}
	v := 0
	for _, r := range s[:n] {
		if r < '0' || r > '9' {
			return 0, false
		}
		v = 10*v + int(r-'0')
	}
	return v, true
}

// isYear tells the years that people put in passwords: from the birth of the
// oldest users to next year and a little more.
func isYear(v int) bool { return 1940 <= v && v <= 2029 }

func isDayMonth(day, month int) bool { return 1 <= day && day <= 31 && 1 <= month && month <= 12 }
