package web

import (
	"cmp"
	"errors"
	"net/http"

	"moncompte/app/nir"
	"moncompte/components"
	"moncompte/server/portal"
)

// startShow asks for the identifier and the channel. It sends nothing: only a POST does.
func (v recovery) startShow(w http.ResponseWriter, r *http.Request) error {
	view := v.startView(r)
	view.Identifier = about(r.Context()).number
	flow, pending, err := v.pending(r)
	if err != nil {
		return err
	}
	if pending {
		view.Pending = &components.PendingView{HRef: v.base + v.stepOf(flow), Given: !flow.Consumed.IsZero(), Until: flow.Expires.In(v.paris)}
	}
	view.Notice = notices[v.takeNotice(w, r)]
	return v.render(w, r, http.StatusOK, components.RecoveryStart(view))
}

func (v recovery) startView(r *http.Request) components.RecoveryStartView {
	return components.RecoveryStartView{Page: v.page(r), First: v.first(), Linking: v.linking(), ProvisionalPattern: v.provisional()}
}

func (v recovery) startSubmit(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return formError(err)
	}
	view := v.startView(r)
	view.Submitted = true
	view.Identifier = r.PostForm.Get("identifiant")
	channel := cmp.Or(v.Recovery.Reach.Only(), portal.Channel(r.PostForm.Get("canal")))
	view.Channel = channelOf(channel)
	view.ChannelMissing = view.Channel == 0
	var number nir.Number
	number, view.Report = nir.Parse(view.Identifier, v.Provisional)
	if !view.Report.OK() || view.ChannelMissing {
		return v.startRefused(w, r, http.StatusUnprocessableEntity, view)
	}
	token, err := v.Recovery.Start(r.Context(), portal.StartRequest{Identifier: number, Channel: channel, Purpose: v.purpose,
		Address: v.clientAddress(r), Device: v.device(r), Shared: about(r.Context()).shared})
	if refused, ok := errors.AsType[*portal.Error](err); ok && refused.Kind == portal.KindThrottled {
		view.Wait, view.Other = refused.Wait, refused.Other
		if refused.Paced {
			view.NextSend = v.soon(refused.Wait)
		}
		retryAfter(w, refused.Wait)
		return v.startRefused(w, r, http.StatusTooManyRequests, view)
	}
	if err != nil {
		return err
	}
	v.keepToken(w, token)
	if err := v.keepNumber(r, view.Identifier, about(r.Context()).shared); err != nil {
		return err
	}
	return redirect(w, r, v.base+"/code")
}

func (v recovery) startRefused(w http.ResponseWriter, r *http.Request, status int, view components.RecoveryStartView) error {
	if htmx(w, r) {
		return v.render(w, r, status, components.RecoveryStartMessages(view))
	}
	return v.render(w, r, status, components.RecoveryStart(view))
}
