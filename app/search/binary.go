package search

import (
	"errors"
	"unicode/utf8"
)

// magic begins every index in its binary form. It changes with the form.
const magic = "aide1\n"

// maxBinary bounds what Parse reads: the whole help is thirty times smaller.
const maxBinary = 1 << 20

var errNotAnIndex = errors.New("search: not an index")

// AppendBinary appends the documents: it is their text that is kept, and Parse makes it ready again. The words of an index
// would be larger than the text they come from, and the text is needed for excerpts. The error is always nil.
func (x *Index) AppendBinary(to []byte) ([]byte, error) {
	to = append(to, magic...)
	to = appendNumber(to, len(x.docs))
	for _, d := range x.docs {
		for _, field := range d.fields() {
			to = appendNumber(to, len(*field))
			to = append(to, *field...)
		}
	}
	return to, nil
}

// Parse reads what AppendBinary has written. It refuses everything else.
func Parse(data []byte) (*Index, error) {
	if len(data) > maxBinary || len(data) < len(magic) || string(data[:len(magic)]) != magic {
		return nil, errNotAnIndex
	}
	rest := data[len(magic):]
	n, ok := number(&rest)
	if !ok || n > len(rest)/len((&Document{}).fields()) {
		return nil, errNotAnIndex
	}
	docs := make([]Document, n)
	for i := range docs {
		for _, field := range docs[i].fields() {
			size, ok := number(&rest)
			if !ok || size > len(rest) || !utf8.Valid(rest[:size]) {
				return nil, errNotAnIndex
			}
			*field, rest = string(rest[:size]), rest[size:]
		}
	}
	if len(rest) > 0 {
		return nil, errNotAnIndex
	}
	return New(docs), nil
}

// fields are what is kept of a document, in order.
func (d *Document) fields() []*string {
	return []*string{&d.Path, &d.Title, &d.Description, &d.Keywords, &d.Text}
}

// appendNumber writes seven bits a byte, the lowest first, as encoding/binary does, which would bring package reflect along.
func appendNumber(to []byte, n int) []byte {
	for ; n >= 0x80; n >>= 7 {
		to = append(to, byte(n)|0x80)
	}
	return append(to, byte(n))
}

// number takes a number up to maxBinary from the front of data.
func number(data *[]byte) (n int, ok bool) {
	for i, b := range *data {
		n |= int(b&0x7F) << (7 * i)
		if n > maxBinary || i > 2 {
			return 0, false
		}
		if b < 0x80 {
			*data = (*data)[i+1:]
			return n, b > 0 || i == 0 // one way to write each
		}
	}
	return 0, false
}
