package components

import (
	"time"

	"moncompte/app/words"
)

// ErrorView is a page for a request that could not be answered.
// An unknown Status reads like 500.
type ErrorView struct {
	Page
	Status    int
	RequestID string        // to quote on the phone; empty = left out
	Wait      time.Duration // 429, 503: when to try again; zero = not known
	Again     string        // 429, 500, 503: the page to try again; empty = it was a form, which only its own page sends
}

// errorWords are what the page says, and the way on.
type errorWords struct {
	words.Failure
	Way Link
}

func (v ErrorView) words() errorWords {
	f, home := v.Words.Failures(), Link{HRef: linkHome, Text: v.Words.Ways().Home}
	again := home
	if v.Again != "" {
		again = Link{HRef: v.Again, Text: v.Words.Ways().Again}
	}
	switch v.Status {
	case 400:
		return errorWords{f.BadRequest, home}
	case 403:
		return errorWords{f.Forbidden, Link{HRef: linkLogin, Text: v.Words.Ways().SignIn}}
	case 404:
		return errorWords{f.NotFound, home}
	case 405:
		return errorWords{f.NotAllowed, home}
	case 413:
		return errorWords{f.TooLarge, home}
	case 422:
		return errorWords{f.Unprocessable, home}
	case 429:
		return errorWords{v.pause(f.TooMany), again}
	case 503:
		return errorWords{v.pause(f.Unavailable), again}
	}
	return errorWords{f.Internal, again}
}

// pause says when to try again.
func (v ErrorView) pause(p words.Pause) words.Failure {
	in := v.Words.Failures().Soon
	if v.Wait > 0 {
		in = v.Words.In(v.Wait)
	}
	return words.Failure{Title: p.Title, What: p.What, Next: v.Words.Failures().Retry(in)}
}

// help is the page of the help for the error, or the whole of it.
func (v ErrorView) help() Link {
	switch v.Status {
	case 429:
		return helpTooMany(v.Words.Ways())
	case 500, 503:
		return helpTrouble(v.Words.Ways())
	}
	return Link{linkHelp, v.Words.Ways().ReadHelp}
}

func (v ErrorView) summary() SummaryView {
	w := v.words()
	s := SummaryView{Words: v.Words, Title: w.Title, Text: w.What + " " + w.Next}
	s.Ways = []Link{v.help()}
	if v.RequestID != "" {
		s.Text += " " + v.Words.Failures().Quote(v.RequestID)
	}
	return s
}
