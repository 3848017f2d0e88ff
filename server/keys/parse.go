package keys

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// parse reads the text of a keys file: "#" comments, empty lines, and one line a version, "VERSION DATE BASE64", the date as
// YYYY-MM-DD, the key as 32 bytes in padded base64. Versions increase strictly from 1 or above: the line of a version that protects
// nothing any more may be deleted. Errors name path and line and repeat nothing of the content, which may be a key in the wrong place.
func parse(path, text string) (*state, error) {
	s := &state{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		s.sealed = s.sealed || line == sealedLine
		s.bound = s.bound || line == boundLine
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		v, err := parseVersion(line)
		if err == nil {
			err = s.add(v)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, number, err)
		}
	}
	if len(s.versions) == 0 {
		return nil, fmt.Errorf("%s: no key in this file", path)
	}
	s.current = s.versions[0]
	return s, nil
}

func parseVersion(line string) (*version, error) {
	fields := strings.Fields(line)
	if len(fields) != 3 {
		return nil, errors.New("want three fields: VERSION DATE BASE64")
	}
	number, err := strconv.ParseInt(fields[0], 10, 32)
	if err != nil || number < 1 {
		return nil, errors.New("the version is not a whole number from 1")
	}
	date, err := time.Parse(time.DateOnly, fields[1])
	if err != nil {
		return nil, errors.New("the date is not YYYY-MM-DD")
	}
	key, err := base64.StdEncoding.Strict().DecodeString(fields[2])
	if err != nil || len(key) != keySize {
		return nil, errors.New("the key is not 32 bytes in base64")
	}
	return &version{number: int(number), date: date, key: (*[keySize]byte)(key)}, nil
}

// add puts v in front. It refuses the mistakes of an edit by hand that would make a change of keys change nothing.
func (s *state) add(v *version) error {
	if len(s.versions) > 0 && v.number <= s.versions[0].number {
		return errors.New("versions must increase from line to line")
	}
	if *v.key == [keySize]byte{} {
		return errors.New("the key is all zeros")
	}
	for _, old := range s.versions {
		if *old.key == *v.key {
			return fmt.Errorf("the key is that of version %d", old.number)
		}
	}
	s.versions = slices.Insert(s.versions, 0, v)
	return nil
}

// line is v as parseVersion reads it.
func (v *version) line() string {
	return fmt.Sprintf("%d %s %s\n", v.number, v.date.Format(time.DateOnly), base64.StdEncoding.EncodeToString(v.key[:]))
}
