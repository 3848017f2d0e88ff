package words

// Counts say how many of a thing, for the topics of the help: a sentence of the catalogue that counts takes the number itself.
type Counts struct {
	Digits     func(n int) string // of a code
	Characters func(n int) string // of a password
	Tries      func(n int) string
	Failures   func(n int) string // wrong passwords
	Times      func(n int) string // how often
	SMS        func(n int) string
	Emails     func(n int) string
}
