package portal

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"moncompte/app/nir"
	"moncompte/server/keys"
	"moncompte/server/passhash"
)

// ImportColumns are the columns of an import file, in the order in which they are documented. A file may have them in
// any order and may leave out those that are not required.
var ImportColumns = []string{"identifier", "birth_name", "used_name", "given_names", "sex", "birthdate", "birthplace",
	"birthcountry", "email", "phone", "password_hash"}

var requiredColumns = []string{"identifier", "birth_name", "given_names", "sex", "birthdate"}

// importBatch is how many rows one transaction writes.
const importBatch = 200

// ImportRow is a row ready to be stored. Scheme is the scheme of the account's password hash, "" without one.
type ImportRow struct {
	Account Account
	Scheme  string
}

// ImportStore writes rows in one transaction: it creates the account of an identifier or updates it, and returns how
// many it created. A row without a password hash leaves the stored one as it is.
type ImportStore interface {
	ImportAccounts(ctx context.Context, rows []ImportRow) (created int, err error)
}

// BadRow is a row that was skipped. Reason never holds what the row holds.
type BadRow struct {
	Line   int
	Reason string
}

// ImportResult says what became of the rows.
type ImportResult struct {
	Created, Updated int
	Bad              []BadRow
}

// Import reads UTF-8 CSV with a header and stores the good rows. A bad row is skipped and reported. The error is for a
// file that cannot be read at all, or for a fault of the store; the result then says how far it came.
func Import(ctx context.Context, store ImportStore, file io.Reader, pattern *nir.Pattern) (ImportResult, error) {
	var result ImportResult
	r := csv.NewReader(withoutBOM(file))
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return result, errors.New("the file is empty")
	} else if err != nil {
		return result, err
	}
	header = slices.Clone(header)
	if err := checkHeader(header); err != nil {
		return result, err
	}

	var batch []ImportRow
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		created, err := store.ImportAccounts(ctx, batch)
		if err != nil {
			return err
		}
		result.Created += created
		result.Updated += len(batch) - created
		batch = batch[:0]
		return nil
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return result, flush()
		}
		if parse, ok := errors.AsType[*csv.ParseError](err); ok {
			result.Bad = append(result.Bad, BadRow{parse.StartLine, parse.Err.Error()})
			continue
		}
		if err != nil {
			return result, errors.Join(err, flush())
		}
		line, _ := r.FieldPos(0)
		row, err := parseRow(header, record, pattern)
		if err != nil {
			result.Bad = append(result.Bad, BadRow{line, err.Error()})
			continue
		}
		if batch = append(batch, row); len(batch) == importBatch {
			if err := flush(); err != nil {
				return result, err
			}
		}
	}
}

func checkHeader(header []string) error {
	for i, name := range header {
		if !slices.Contains(ImportColumns, name) {
			if strings.ContainsAny(name, ";\t") {
				return errors.New("line 1: the columns must be separated by commas")
			}
			// The name is not repeated: in a file without a header it is somebody's identifier.
			return fmt.Errorf("line 1: the name of column %d is not known; the columns are %s", i+1, strings.Join(ImportColumns, ", "))
		}
		if slices.Contains(header[:i], name) {
			return fmt.Errorf("line 1: the column %q is there twice", name)
		}
	}
	for _, name := range requiredColumns {
		if !slices.Contains(header, name) {
			return fmt.Errorf("line 1: the column %q is missing", name)
		}
	}
	return nil
}

func parseRow(header, record []string, pattern *nir.Pattern) (ImportRow, error) {
	if len(record) != len(header) {
		return ImportRow{}, fmt.Errorf("%d fields instead of %d", len(record), len(header))
	}
	field := map[string]string{}
	for i, name := range header {
		if !utf8.ValidString(record[i]) {
			return ImportRow{}, fmt.Errorf("%s is not UTF-8", name)
		}
		field[name] = strings.TrimSpace(record[i])
	}
	number, report := nir.Parse(field["identifier"], pattern)
	if !report.OK() {
		return ImportRow{}, fmt.Errorf("identifier: %s", report.Problem)
	}
	row := ImportRow{Account: Account{
		Identifier: number,
		Civil: Civil{
			BirthName:    field["birth_name"],
			UsedName:     field["used_name"],
			GivenNames:   field["given_names"],
			Sex:          Sex(field["sex"]),
			Birthdate:    field["birthdate"],
			Birthplace:   strings.ToUpper(field["birthplace"]),
			Birthcountry: field["birthcountry"],
		},
		Email:    keys.NewSecret(field["email"]),
		Phone:    keys.NewSecret(field["phone"]),
		Password: keys.NewSecret(field["password_hash"]),
	}}
	if err := checkCivil(row.Account.Civil); err != nil {
		return ImportRow{}, err
	}
	if email := field["email"]; email != "" {
		if a, err := mail.ParseAddress(email); err != nil || a.Address != email || len(email) > 254 {
			return ImportRow{}, errors.New("email is not an address")
		}
	}
	if phone := field["phone"]; phone != "" && !e164(phone) {
		return ImportRow{}, errors.New("phone is not an E.164 number such as +33612345678")
	}
	if phc := field["password_hash"]; phc != "" {
		hash, err := passhash.Parse(phc)
		if err != nil {
			return ImportRow{}, fmt.Errorf("password_hash: %w", err)
		}
		row.Scheme = hash.Scheme()
	}
	return row, nil
}

func checkCivil(c Civil) error {
	switch {
	case c.BirthName == "":
		return errors.New("birth_name is empty")
	case c.GivenNames == "":
		return errors.New("given_names is empty")
	case c.Sex != Male && c.Sex != Female && c.Sex != Unspecified:
		return errors.New("sex must be male, female or unspecified")
	case !birthdate(c.Birthdate):
		return errors.New("birthdate must be YYYY-MM-DD")
	case c.Birthplace != "" && !cog(c.Birthplace):
		return errors.New("birthplace must be a COG code of 5 characters")
	case c.Birthcountry != "" && (!cog(c.Birthcountry) || !strings.HasPrefix(c.Birthcountry, "99")):
		return errors.New("birthcountry must be a COG code of 5 digits that begins with 99")
	}
	for _, text := range []string{c.BirthName, c.UsedName, c.GivenNames} {
		if utf8.RuneCountInString(text) > 200 {
			return errors.New("a name is longer than 200 characters")
		}
		// Names go into pages and messages: a line break or a change of direction would rewrite what stands
		// around them.
		if strings.ContainsFunc(text, unprintable) {
			return errors.New("a name holds a control character")
		}
	}
	return nil
}

// unprintable tells control characters, line separators and those that turn the direction of writing. What Indian and Arabic
// scripts need to join letters (ZERO WIDTH JOINER) is none of them.
func unprintable(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

// birthdate accepts 00 for a day or a month that civil status does not know.
func birthdate(s string) bool {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return false
	}
	year, err1 := strconv.ParseUint(s[:4], 10, 16)
	month, err2 := strconv.ParseUint(s[5:7], 10, 8)
	day, err3 := strconv.ParseUint(s[8:], 10, 8)
	return errors.Join(err1, err2, err3) == nil && year >= 1850 && month <= 12 && day <= 31
}

// cog is the shape of a code of Insee's Code officiel géographique: five digits, or a letter in second place (2A004).
func cog(s string) bool {
	if len(s) != 5 {
		return false
	}
	for i := range len(s) {
		digit := s[i] >= '0' && s[i] <= '9'
		if !digit && !(i == 1 && (s[i] == 'A' || s[i] == 'B') && s[0] == '2') {
			return false
		}
	}
	return true
}

// e164 is the shape of a number of ITU-T E.164: a plus sign and 8 to 15 digits, the first one not 0.
func e164(s string) bool {
	digits, plus := strings.CutPrefix(s, "+")
	if !plus || len(digits) < 8 || len(digits) > 15 || digits[0] == '0' {
		return false
	}
	return strings.Trim(digits, "0123456789") == ""
}

// withoutBOM drops the byte order mark that spreadsheets put in front of UTF-8.
func withoutBOM(r io.Reader) io.Reader {
	var first [3]byte
	n, err := io.ReadFull(r, first[:])
	if n == 3 && string(first[:]) == "\ufeff" {
		return r
	}
	head := strings.NewReader(string(first[:n]))
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return io.MultiReader(head, failing{err})
	}
	return io.MultiReader(head, r)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
