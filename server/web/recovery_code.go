package web

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode"

	"moncompte/app/nir"
	"moncompte/components"
	"moncompte/server/keys"
	"moncompte/server/portal"
)

func (v recovery) codeShow(w http.ResponseWriter, r *http.Request) error {
	flow, ok, err := v.flow(w, r, false)
	if !ok {
		return err
	}
	view, err := v.codeView(r, flow)
	if err != nil {
		return err
	}
	notice := v.takeNotice(w, r)
	view.Notice, view.Sent, view.Early = notices[notice], notice == noticeCodeSent, notice == noticeCodeEarly
	switch {
	case flow.Tries >= portal.CodeTries, flow.Short:
		view.Submitted, view.Problem = true, components.CodeUsedUp
	case !flow.Expires.After(v.now()):
		view.Submitted, view.Problem = true, components.CodeExpired
	}
	return v.render(w, r, http.StatusOK, components.RecoveryCode(view))
}

func (v recovery) codeView(r *http.Request, flow portal.Flow) (components.RecoveryCodeView, error) {
	step, err := v.stepView(r, flow)
	if err != nil {
		return components.RecoveryCodeView{}, err
	}
	inside, to, typed := "", "", components.Typed{End: portal.EndOf(flow.Identifier), Provisional: flow.Identifier.Kind() == nir.Provisional}
	if flow.Shared || v.inside() { // the next person there reads the page as well, and a session says whose it is
		typed = components.Typed{}
	}
	if v.inside() {
		inside = v.base
		to, err = v.Recovery.Target(r.Context(), flow)
	}
	return components.RecoveryCodeView{
		SignIn:      step,
		Typed:       typed,
		Form:        v.form(r),
		Inside:      inside,
		To:          to,
		Page:        v.page(r),
		First:       v.first(),
		Linking:     v.linking(),
		Channel:     channelOf(flow.Asked),
		Digits:      flow.Digits,
		Until:       flow.Expires.In(v.paris),
		ResendWait:  max(0, flow.NextSend.Sub(v.now())),
		NoMoreSends: flow.Sends >= portal.MostSends,
	}, err
}

func (v recovery) codeSubmit(w http.ResponseWriter, r *http.Request) error {
	return v.codeJudged(w, r, v.codeRight)
}

// codeJudged judges the code in the form and goes on as right says, or says on the page of the code what is wrong with it.
func (v recovery) codeJudged(w http.ResponseWriter, r *http.Request, right func(http.ResponseWriter, *http.Request, portal.Flow) error) error {
	if err := r.ParseForm(); err != nil {
		return formError(err)
	}
	flow, ok, err := v.flow(w, r, false)
	if !ok {
		return err
	}
	// In another tab a code was asked for since, for another number: the one of this page is no wrong one of that.
	if form := r.PostForm.Get("pour"); form != "" && form != v.form(r) {
		v.leaveNotice(w, noticeOtherCode)
		return redirect(w, r, v.base+"/code")
	}
	view, err := v.codeView(r, flow)
	if err != nil {
		return err
	}
	view.Submitted = true
	if view.SignIn != nil {
		view.SignIn.Remember = remembered(r)
	}
	code, problem := readCode(r.PostForm.Get("code"), flow.Digits)
	if problem != components.CodeOK {
		view.Problem = problem
		return v.codeRefused(w, r, http.StatusUnprocessableEntity, view)
	}
	result, err := v.Recovery.Try(r.Context(), v.token(r), code)
	if errors.Is(err, portal.ErrNoFlow) {
		return redirect(w, r, v.base)
	}
	if err != nil {
		return err
	}
	switch result {
	case portal.CodeRight:
		return right(w, r, flow)
	case portal.CodeExpired:
		view.Problem = components.CodeExpired
	case portal.CodeUsedUp:
		view.Problem = components.CodeUsedUp
	default:
		view.Problem, view.Left = components.CodeWrong, max(0, portal.CodeTries-flow.Tries-1)
	}
	return v.codeRefused(w, r, http.StatusUnprocessableEntity, view)
}

// form tells the pages of one flow from those of another, and nothing else.
func (v recovery) form(r *http.Request) string {
	return base64.RawURLEncoding.EncodeToString(keys.TokenIndex("form", v.token(r))[:6])
}

// codeRight leads on from a code that was right.
func (v recovery) codeRight(w http.ResponseWriter, r *http.Request, flow portal.Flow) error {
	switch v.purpose {
	case portal.Proof:
		return v.linkingByCode(w, r)
	case portal.Second:
		return v.secondStepDone(w, r)
	case portal.Contact:
		return v.contactDone(w, r, flow.Asked)
	case portal.Confirmation:
		return v.confirmDone(w, r, func() error { return redirect(w, r, v.confirmBack(r)) })
	}
	v.setWindowCookie(w, v.cookie, v.token(r).Reveal())
	return redirect(w, r, v.base+"/nouveau")
}

func (v recovery) codeRefused(w http.ResponseWriter, r *http.Request, status int, view components.RecoveryCodeView) error {
	if htmx(w, r) {
		return v.render(w, r, status, components.RecoveryCodeMessages(view))
	}
	return v.render(w, r, status, components.RecoveryCode(view))
}

// resend sends the same code again and leads back to the page, so that a refresh sends nothing.
func (v recovery) resend(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return formError(err)
	}
	err := v.Recovery.ResendBy(r.Context(), v.token(r), portal.Channel(r.PostForm.Get("canal")), v.clientAddress(r))
	refused, ok := errors.AsType[*portal.Error](err)
	switch {
	case err == nil:
		v.leaveNotice(w, noticeCodeSent)
	case ok && refused.Kind == portal.KindThrottled:
		v.leaveNotice(w, noticeCodeEarly)
	case errors.Is(err, portal.ErrNoFlow):
		// The page itself says what is left to do.
	default:
		return err
	}
	return redirect(w, r, v.base+"/code")
}

// readCode takes the spaces and hyphens out of a code as people copy it, and says what it lacks. Keyboards of other languages write
// digits of their own.
func readCode(typed string, need int) (code keys.Secret, problem components.CodeProblem) {
	var digits strings.Builder
	for _, c := range typed {
		digit, ok := nir.Digit(c)
		switch {
		case ok:
			digits.WriteByte('0' + byte(digit))
		case unicode.IsSpace(c), unicode.Is(unicode.Pd, c), unicode.Is(unicode.Cf, c), c == '.':
		default:
			return keys.Secret{}, components.CodeNotDigits
		}
	}
	switch n := digits.Len(); {
	case n == 0:
		return keys.Secret{}, components.CodeEmpty
	case n < need:
		return keys.Secret{}, components.CodeShort
	case n > need:
		return keys.Secret{}, components.CodeLong
	}
	return keys.NewSecret(digits.String()), components.CodeOK
}

// soon is the hour at which somebody who has to wait may come back, in Paris, rounded up so that nobody comes back too early.
func (v recovery) soon(wait time.Duration) time.Time {
	return v.now().Add(wait + time.Minute - 1).In(v.paris)
}
