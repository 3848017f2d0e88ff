package web

import (
	"net/http"
	"strconv"

	"moncompte/components"
	"moncompte/server/portal"
)

// linesAtOnce is how many lines of the history a page shows.
const linesAtOnce = 10

// historyView is the page of the account's sign-ins and refused tries that the request asks for, in Paris time. One that is none is the first.
func (s *site) historyView(r *http.Request, id portal.AccountID) (components.HistoryView, error) {
	found, err := s.Accounts.SignIns(r.Context(), id, s.device(r))
	if err != nil {
		return components.HistoryView{}, err
	}
	refused, err := s.Login.Refused(r.Context(), id, s.device(r))
	if err != nil {
		return components.HistoryView{}, err
	}
	lines := portal.Grouped(append(found, refused...))
	view := components.HistoryView{Number: 1, Last: max(1, (len(lines)+linesAtOnce-1)/linesAtOnce)}
	if n, err := strconv.Atoi(r.URL.Query().Get("page")); err == nil && n > 1 && n <= view.Last {
		view.Number = n
	}
	for _, l := range lines[min(len(lines), (view.Number-1)*linesAtOnce):min(len(lines), view.Number*linesAtOnce)] {
		view.Lines = append(view.Lines, components.SignIn{At: l.At.In(s.paris), First: l.First.In(s.paris), Times: l.Times,
			Method: methods[l.Method], ThisBrowser: l.ThisDevice, Refused: l.Refused})
	}
	return view, nil
}
