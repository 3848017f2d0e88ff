package portal

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// longestLine is far above any row, and low enough that a file without line ends does not fill memory.
const longestLine = 64 << 10

var errLongLine = errors.New("the line is longer than 64 KiB")

// lines reads the rows of a file, one a line. No field of an import holds a line end, so that a quote which is never closed spoils its
// own line and hides no other.
type lines struct {
	reader *bufio.Reader
	number int // of the line that was read last
}

// next returns the fields of the next line that is not empty. A *csv.ParseError, or errLongLine, is about that line alone.
func (l *lines) next() ([]string, error) {
	for {
		line, err := l.line()
		if err != nil {
			return nil, err
		}
		switch {
		case line == "":
		case strings.Contains(line, `"`):
			r := csv.NewReader(strings.NewReader(line))
			r.FieldsPerRecord = -1
			return r.Read()
		default:
			return strings.Split(line, ","), nil
		}
	}
}

// line returns the next line without its end, and io.EOF behind the last.
func (l *lines) line() (string, error) {
	var line []byte
	long := false
	l.number++
	for {
		part, err := l.reader.ReadSlice('\n')
		if long = long || len(line)+len(part) > longestLine; !long {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && (!errors.Is(err, io.EOF) || len(line) == 0 && !long):
			return "", err
		case long:
			return "", errLongLine
		}
		return strings.TrimRight(string(line), "\r\n"), nil
	}
}
