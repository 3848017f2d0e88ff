package components

// CodeProblem is what is wrong with a code. The zero value is nothing.
type CodeProblem uint8

// The problems. After CodeExpired and CodeUsedUp only a new code helps.
const (
	CodeOK CodeProblem = iota
	CodeEmpty
	CodeShort
	CodeLong
	CodeNotDigits
	CodeWrong
	CodeExpired // its time is over (ASVS 5.0 V6.5.5)
	CodeUsedUp  // its tries are used
)

// CodeSentence says what to correct in the code and how, empty for CodeOK.
// left is how many tries remain after a wrong one; zero and less are not said. need is how many digits the code has.
func (p Page) CodeSentence(problem CodeProblem, left, need int) string {
	w := p.Words.RecoveryCode()
	switch problem {
	case CodeOK:
		return ""
	case CodeEmpty:
		return w.Empty(need)
	case CodeShort:
		return w.Short(need)
	case CodeLong:
		return w.Long(need)
	case CodeNotDigits:
		return w.NotDigits(need)
	case CodeWrong:
		if left < 1 {
			return w.Wrong(need)
		}
		return w.Wrong(need) + " " + w.TriesLeft(left)
	case CodeExpired:
		return w.Expired(p.Words.Duration(p.Limits.CodeLife))
	case CodeUsedUp:
		return w.UsedUp
	}
	return w.Unforeseen(need)
}
