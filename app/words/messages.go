package words

// Messages is the page of dev mode that shows what would have been sent.
type Messages struct {
	Title, Lead string
	None        string
	SMS, Mail   func(to string) string // heading of one message
}
