package portal

import (
	"cmp"
	"context"
	"slices"
	"time"

	"moncompte/server/keys"
)

// WrongCode is the method of a try that was refused for its code.
const WrongCode Method = "code"

// History is one line of what happened at the doors of an account: the same thing, so many times without anything else in between.
type History struct {
	SignIn           // the latest of them
	First  time.Time // the earliest
	Times  int
}

// Refused are the tries with the account's number that were refused, as far back as they are counted: wrong passwords, of strangers and of
// the browser that asks, and wrong codes. Nothing is kept for it: what is counted for a number without an account is the same.
func (l *Login) Refused(ctx context.Context, id AccountID, device keys.Secret) (tries []SignIn, err error) {
	account, err := l.Store.Account(ctx, id)
	if err != nil {
		return nil, err
	}
	known, _, err := l.Store.KnownDevice(ctx, device, account.Identifier)
	if err != nil {
		return nil, err
	}
	add := func(s Subject, method Method, here bool) error {
		counted, err := l.Store.Bucket(ctx, s)
		for _, at := range s.Limit.recent(counted, l.now()) {
			tries = append(tries, SignIn{At: at, Method: method, ThisDevice: here, Refused: true})
		}
		return err
	}
	for _, s := range []Subject{AccountSubject(account.Identifier), sessionSubject(account.Identifier)} {
		if err := add(s, Password, false); err != nil {
			return nil, err
		}
	}
	if known != "" {
		if err := add(DeviceSubject(known, account.Identifier), Password, true); err != nil {
			return nil, err
		}
	}
	return tries, add(codeTriesSubject(account.Identifier), WrongCode, false)
}

// Grouped puts sign-ins and refused tries in order, newest first, and those together that follow each other and differ in nothing but
// their time.
func Grouped(events []SignIn) (lines []History) {
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(a, b SignIn) int { return cmp.Compare(b.At.UnixMicro(), a.At.UnixMicro()) })
	for _, e := range events {
		if n := len(lines) - 1; n >= 0 && lines[n].like(e) {
			lines[n].First = e.At
			lines[n].Times++
			continue
		}
		lines = append(lines, History{SignIn: e, First: e.At, Times: 1})
	}
	return lines
}

// like tells whether two events differ in nothing but their time.
func (s SignIn) like(o SignIn) bool {
	s.At = o.At
	return s == o
}
