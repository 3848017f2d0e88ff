package words

// Span is a sentence with one part that is marked: a link, or emphasis. Spaces belong to the parts.
type Span struct{ Before, Inside, After string }
