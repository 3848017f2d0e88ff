package search

import (
	"bytes"
	"encoding/binary"
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
	to = binary.AppendUvarint(to, uint64(len(x.docs)))
	for _, d := range x.docs {
		for _, field := range d.fields() {
			to = binary.AppendUvarint(to, uint64(len(*field)))
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
			if !ok || !utf8.Valid(rest[:size]) {
				return nil, errNotAnIndex
			}
			*field, rest = string(rest[:size]), rest[size:]
		}
	}
	x := New(docs)
	// A number can be written in longer forms, and something may follow: one file alone is the index.
	if again, _ := x.AppendBinary(nil); !bytes.Equal(again, data) {
		return nil, errNotAnIndex
	}
	return x, nil
}

// fields are what is kept of a document, in order.
func (d *Document) fields() []*string {
	return []*string{&d.Path, &d.Title, &d.Description, &d.Keywords, &d.Text}
}

// number takes one from the front of data. It is no larger than what follows, since it counts bytes or documents there.
func number(data *[]byte) (n int, ok bool) {
	read, size := binary.Uvarint(*data)
	if size <= 0 || read > uint64(len(*data)-size) {
		return 0, false
	}
	*data = (*data)[size:]
	return int(read), true
}
