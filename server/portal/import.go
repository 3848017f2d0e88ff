package portal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
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
const importBatch = 1000

// ImportRow is a row ready to be stored. Scheme is the scheme of the account's password hash, "" without one.
type ImportRow struct {
	Account Account
	Scheme  string
	Absent  []string // columns that the file does not have: what is stored stays
	Replace bool     // the password hash takes the place of one that is stored, and ends the sessions
	Ready   any      // the store's own: see Store.MakeReady
}

// Over is the account of the row where one is stored already. It has the ID of the stored one.
func (r ImportRow) Over(stored Account) Account {
	a := r.Account
	a.ID = stored.ID
	for _, column := range r.Absent {
		switch column {
		case "used_name":
			a.Civil.UsedName = stored.Civil.UsedName
		case "birthplace":
			a.Civil.Birthplace = stored.Civil.Birthplace
		case "birthcountry":
			a.Civil.Birthcountry = stored.Civil.Birthcountry
		case "email":
			a.Email = stored.Email
		case "phone":
			a.Phone = stored.Phone
		}
	}
	return a
}

// BadRow is a row that was skipped, or imported with a contact that nothing can reach. Reason never holds what the row holds.
type BadRow struct {
	Line   int
	Reason string
}

// ImportResult says what became of the rows.
type ImportResult struct {
	Created, Updated int
	Changed          int      // of those updated: they are others than before
	Contacts         int      // accounts of which a contact that was stored is another one, or none
	Passwords        int      // replaced
	Bad              []BadRow // skipped
	Unreachable      []BadRow // imported
	Removed          []BadRow // imported: a contact that was stored is no more
}

// ImportOptions say how rows are read. All of them may be left out.
type ImportOptions struct {
	Pattern *nir.Pattern     // of provisional identifiers; nil = the usual one
	Replace bool             // passwords of the file take the place of those that are stored
	DryRun  bool             // nothing is written
	Reach   *Reach           // how people are told of what was changed, and which contacts can be reached; nil = nobody is, nothing is asked
	Now     func() time.Time // for what people are told; nil = time.Now
}

func (o ImportOptions) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

// Import reads UTF-8 CSV with a header and stores the good rows. A bad row is skipped and reported. The error is for a
// file that cannot be read at all, or for a fault of the store; the result then says how far it came.
func Import(ctx context.Context, store Store, file io.Reader, o ImportOptions) (ImportResult, error) {
	var result ImportResult
	r := lines{reader: bufio.NewReader(withoutBOM(file))}
	header, err := r.next()
	if errors.Is(err, io.EOF) {
		return result, errors.New("the file is empty")
	} else if err != nil {
		return result, err
	}
	if err := checkHeader(header); err != nil {
		return result, err
	}
	batches := make(chan importing, 1)
	ctx, stop := context.WithCancel(ctx)
	defer stop() // ends the reading too
	go func() {
		defer close(batches)
		rows := rowReader{lines: r, header: header, store: store, options: o, to: batches}
		rows.read(ctx)
	}()
	for b := range batches {
		result.Bad, result.Unreachable = append(result.Bad, b.bad...), append(result.Unreachable, b.unreachable...)
		fates, err := writeRows(ctx, store, b.rows, o)
		if err != nil {
			return result, errors.Join(b.fault, err)
		}
		result.count(fates, b.at)
		if b.fault != nil {
			return result, b.fault
		}
	}
	return result, ctx.Err()
}

// ImportRows writes rows in one unit of work: it creates the account of an identifier or updates it, and returns what became of each.
// Nothing is written on a dry run. No two rows are of one identifier.
func ImportRows(ctx context.Context, store Store, rows []ImportRow, o ImportOptions) ([]ImportFate, error) {
	if err := store.MakeReady(rows); err != nil {
		return nil, err
	}
	return writeRows(ctx, store, rows, o)
}

// writeRows is ImportRows for rows that are made ready.
func writeRows(ctx context.Context, store Store, rows []ImportRow, o ImportOptions) (fates []ImportFate, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	if o.DryRun {
		there, err := store.Stored(ctx, rows)
		for i, row := range rows {
			var stored Account
			if err == nil && there[i] {
				stored, err = store.AccountOf(ctx, row.Account.Identifier)
			}
			if err != nil {
				return nil, err
			}
			fates = append(fates, row.Fate(stored))
		}
		return fates, err
	}
	err = alone(ctx, store, func(tx Tx) error {
		there, err := tx.Stored(ctx, rows)
		if err != nil {
			return err
		}
		var fresh []ImportRow
		for i, row := range rows {
			fate := ImportFate{Created: true}
			if there[i] {
				fate, err = importRow(ctx, tx, row, o.Reach, o.now())
			} else {
				fresh = append(fresh, row)
			}
			if err != nil {
				return err
			}
			fates = append(fates, fate)
		}
		return tx.AddAccounts(ctx, fresh)
	})
	return fates, err
}

// importRow tells who was on file until now, and writes the row over the account that is stored.
func importRow(ctx context.Context, tx Tx, row ImportRow, reach *Reach, at time.Time) (ImportFate, error) {
	stored, err := tx.AccountOf(ctx, row.Account.Identifier)
	if err != nil {
		return ImportFate{}, err
	}
	fate := row.Fate(stored)
	row.Account = row.Over(stored)
	if reach != nil {
		if err := reach.tell(ctx, tx, stored, fate, at); err != nil {
			return fate, err
		}
	}
	return fate, tx.ImportAccount(ctx, row)
}

// unreachable tells which contacts of a row no code can be sent to.
func unreachable(a Account, line int, reach *Reach) (found []BadRow) {
	if reach == nil {
		return nil
	}
	for _, c := range []Channel{Email, SMS} {
		if to := a.Addresses().To(c); !to.IsZero() && !reach.Deliverable(c, to) {
			found = append(found, BadRow{line, "imported, but " + columnOf(c) + " cannot receive a code"})
		}
	}
	return found
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

func parseRow(header, record []string, pattern *nir.Pattern, today string) (ImportRow, error) {
	if len(record) != len(header) {
		return ImportRow{}, fmt.Errorf("%d fields instead of %d", len(record), len(header))
	}
	for i, name := range header {
		if !utf8.ValidString(record[i]) {
			return ImportRow{}, fmt.Errorf("%s is not UTF-8", name)
		}
	}
	field := func(name string) string {
		if i := slices.Index(header, name); i >= 0 {
			return strings.TrimSpace(record[i])
		}
		return ""
	}
	number, report := nir.Parse(field("identifier"), pattern)
	if !report.OK() {
		return ImportRow{}, fmt.Errorf("identifier: %s", report.Problem)
	}
	row := ImportRow{Account: Account{
		Identifier: number,
		Civil: Civil{
			BirthName:    withoutPlaceholder(field("birth_name")),
			UsedName:     field("used_name"),
			GivenNames:   withoutPlaceholder(field("given_names")),
			Sex:          Sex(field("sex")),
			Birthdate:    field("birthdate"),
			Birthplace:   strings.ToUpper(field("birthplace")),
			Birthcountry: field("birthcountry"),
		},
		Phone:    keys.NewSecret(mendPhone(field("phone"))),
		Password: keys.NewSecret(field("password_hash")),
	}}
	if err := checkCivil(row.Account.Civil, today); err != nil {
		return ImportRow{}, err
	}
	if field("email") != "" {
		email, err := mendEmail(field("email"))
		if err != nil {
			return ImportRow{}, err
		}
		row.Account.Email = keys.NewSecret(email)
	}
	if phone := row.Account.Phone.Reveal(); phone != "" && !e164(phone) {
		return ImportRow{}, errors.New("phone is not an E.164 number such as +33612345678")
	}
	if phc := field("password_hash"); phc != "" {
		hash, err := passhash.Parse(phc)
		if err != nil {
			return ImportRow{}, fmt.Errorf("password_hash: %w", err)
		}
		row.Scheme = hash.Scheme()
	}
	return row, nil
}

func checkCivil(c Civil, today string) error {
	switch {
	case c.BirthName == "" && c.GivenNames == "":
		return errors.New("birth_name and given_names are both empty") // one of them is a full name: some people have no other
	case c.Sex != Male && c.Sex != Female && c.Sex != Unspecified:
		return errors.New("sex must be male, female or unspecified")
	case !birthdate(c.Birthdate):
		return errors.New("birthdate must be YYYY-MM-DD")
	case !dayExists(c.Birthdate):
		return errors.New("birthdate is a day that does not exist")
	case c.Birthdate > today: // 00 stands before every month and every day
		return errors.New("birthdate is in the future")
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

// dayExists tells whether the calendar has that day, or may have it where civil status does not know the month.
func dayExists(date string) bool {
	if month, day := date[5:7], date[8:]; month == "00" || day == "00" {
		return true
	}
	_, err := time.Parse(time.DateOnly, date)
	return err == nil
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
