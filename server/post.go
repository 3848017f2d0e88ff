package main

import (
	"errors"
	"log/slog"
	"strings"

	"moncompte/server/notify"
	"moncompte/server/portal"
	"moncompte/server/store"
)

// post is the way of messages out of the outbox.
type post struct {
	worker     *notify.Worker
	sms, email notify.Gateway
	composer   notify.Composer
	sent       func() []notify.Shown // dev mode without a gateway: what would have been sent; nil elsewhere
}

// errNoWay refuses a start after which nobody could ever get back in.
var errNoWay = errors.New("MONCOMPTE_SMTP_URL or MONCOMPTE_SMS_URL must be set: without them no code can be sent")

// newPost opens the gateways of the settings. In dev mode a channel without one is kept in memory and shown on a page.
func newPost(c config, s *store.Store, log *slog.Logger) (*post, error) {
	sms, email, err := openGateways(c, log)
	if err != nil {
		return nil, err
	}
	p := &post{sms: sms, email: email, composer: composer(c)}
	switch {
	case c.Dev:
		memory := &notify.Memory{}
		if p.sms == nil {
			p.sms = memory
		}
		if p.email == nil {
			p.email = memory
		}
		p.sent = memory.Messages
	case sms == nil && email == nil:
		return nil, errNoWay
	}
	p.worker = &notify.Worker{Outbox: s.Outbox(), SMS: p.sms, Email: p.email, Log: log}
	return p, nil
}

// openGateways reads what the settings say of gateways, and connects to none.
func openGateways(c config, log *slog.Logger) (sms, email notify.Gateway, err error) {
	return notify.Open(c.SMTPURL.Reveal(), c.SMSURL.Reveal(), notify.Options{
		SMSGateway: c.SMSGateway, DKIMKey: c.DKIMKey.Reveal(), Host: c.BaseURL.Hostname(), OrgName: c.Org.Name, Log: log})
}

func composer(c config) notify.Composer {
	return notify.Composer{OrgName: c.Org.Name, Phone: c.Org.Phone, Host: c.BaseURL.Hostname(), Base: strings.TrimSuffix(c.BaseURL.String(), "/")}
}

// noticesOf is how a command tells people what it has changed: by the outbox, from which the servers send.
func noticesOf(c config) *portal.Reach {
	return &portal.Reach{Composer: composer(c), Mobile: notify.Mobile, Offered: func(channel portal.Channel) bool {
		if channel == portal.SMS {
			return c.Dev || !c.SMSURL.IsZero()
		}
		return c.Dev || !c.SMTPURL.IsZero()
	}}
}

// reach is how the domain reaches people.
func (p *post) reach() *portal.Reach {
	return &portal.Reach{Composer: p.composer, Mobile: notify.Mobile, Offered: p.offered, Wake: p.worker.Wake}
}

// offered tells whether a channel has a gateway.
func (p *post) offered(c portal.Channel) bool {
	if c == portal.SMS {
		return p.sms != nil
	}
	return p.email != nil
}

// close ends the connections to the gateways, once the worker has stopped.
func (p *post) close() { notify.Close(p.sms, p.email) }
