package notify_test

import (
	"strings"
	"testing"

	"moncompte/server/check"
	"moncompte/server/notify"
)

func TestAWrongSettingIsOneLineThatNamesItAndNotThePassword(t *testing.T) {
	rows := []struct{ smtp, sms, want string }{
		{"smtp://u:" + password + "@host:port", "", "MONCOMPTE_SMTP_URL: not a URL"},
		{"smtp://u:" + password + "%zz@host", "", "MONCOMPTE_SMTP_URL: not a URL"},
		{"ldap://u:" + password + "@host", "", "MONCOMPTE_SMTP_URL: unknown scheme"},
		{"smtp://u:" + password + "@:587", "", "MONCOMPTE_SMTP_URL: no host"},
		{"smtp://u:" + password + "@host:99999", "", "MONCOMPTE_SMTP_URL: not a port"},
		{"smtp://u:" + password + "@host?form=x", "", "MONCOMPTE_SMTP_URL: only from="},
		{"smtp://u:" + password + "@host?from=nobody", "", "MONCOMPTE_SMTP_URL: from="},
		{"smtp://u:" + password + "@host:0", "", "MONCOMPTE_SMTP_URL: not a port"},
		{"smtp://u:" + password + "@host:65536", "", "MONCOMPTE_SMTP_URL: not a port"},
		{"smtp://u:" + password + "@host?window=0", "", "MONCOMPTE_SMTP_URL: window="},
		{"smtp://u:" + password + "@host?window=1001", "", "MONCOMPTE_SMTP_URL: window="},
		{"smtp://u:" + password + "@host?window=x", "", "MONCOMPTE_SMTP_URL: window="},
		{"smtp://u:" + password + "@host?rate=0", "", "MONCOMPTE_SMTP_URL: rate="},
		{"smtp://u:" + password + "@host?rate=NaN", "", "MONCOMPTE_SMTP_URL: rate="},
		{"", "smpp://u:" + password + "@host?rate=1001", "MONCOMPTE_SMS_URL: rate="},
		{"", "smpp://u:" + password + "@host?window=0", "MONCOMPTE_SMS_URL: window="},
		{"", "smpp://u:" + password + "@host/path", "MONCOMPTE_SMS_URL: no path"},
		{"", "smpp://u:" + password + "@host?form=x", "MONCOMPTE_SMS_URL: only from="},
		{"", "smpp://u:" + password + "@host?alphabet=ascii", "MONCOMPTE_SMS_URL: alphabet="},
		{"", "smpp://u:" + password + "@host?bind=receiver", "MONCOMPTE_SMS_URL: bind="},
		{"", "smpp://u:" + password + "@host?source_ton=256", "MONCOMPTE_SMS_URL: source_ton="},
		{"", "smpp://u:" + password + "@host?source_npi=x", "MONCOMPTE_SMS_URL: source_npi="},
		{"", "smpp://u:" + password + "@host?system_type=thirteen-char", "MONCOMPTE_SMS_URL: system_type="},
		{"", "smpp://u:" + password + "@host?from=Pr%C3%A9nom", "MONCOMPTE_SMS_URL: from="},
		{"", "smpp://u:" + password + "@host?from=%E2%82%ACuro", "MONCOMPTE_SMS_URL: from="},
		{"", "smpp://u:" + password + "@host?from=a@b", "MONCOMPTE_SMS_URL: from="},
		{"", "smpp://u:" + password + "@host?from=a%5Bb", "MONCOMPTE_SMS_URL: from="},
		{"", "smpp://a-very-long-user-name:" + password + "@host", "MONCOMPTE_SMS_URL: the user"},
		{"", "smpp://u:" + password + "%00@host", "MONCOMPTE_SMS_URL: NUL"},
		{"", "smpp://u:" + password + "@host?from=Une+Caf+tres+longue", "MONCOMPTE_SMS_URL: from="},
		{"", "smpp://u:" + password + "@host?from=%2B336123456789012345678", "MONCOMPTE_SMS_URL: from="},
		{"", "http://u:" + password + "@gateway.example.test/send", "MONCOMPTE_SMS_URL: plain http"},
		{"", "https://u:" + password + "@gateway.example.test/send?token=" + token, "MONCOMPTE_SMS_URL: either"},
		{"", "ftp://gateway", "MONCOMPTE_SMS_URL: unknown scheme"},
	}
	for _, r := range rows {
		sms, email, err := notify.Open(r.smtp, r.sms, notify.Options{})
		if err == nil || sms != nil || email != nil {
			t.Errorf("%s%s accepted", r.smtp, r.sms)
			continue
		}
		if !strings.HasPrefix(err.Error(), r.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %q, want %q", err, r.want)
		}
		if len(leaks(err.Error())) > 0 {
			t.Errorf("%q shows a secret", err)
		}
	}
}

func TestRightSettingsOpenTheirGateways(t *testing.T) {
	for _, r := range []struct{ smtp, sms string }{
		{"", ""}, {"smtp://host", ""}, {"smtps://u:p@host:465?from=caf@example.fr", ""}, {"smtp://[::1]:2525", ""},
		{"", "smpp://u:p@host"}, {"", "smpps://u:p@host:3550?from=%2B33612345678"}, {"", "smpp://u:p@host?from=36179"},
		{"", "smpp://u:p@host?from=CAF+34&system_type=OTP&bind=transmitter&alphabet=latin1&source_ton=5&source_npi=0"},
		{"", "https://u:p@host/path?a=b&from=CAF"}, {"", "https://host/?token=t"}, {"", "http://127.0.0.1:8081/sms"}, {"", "http://localhost/"},
	} {
		sms, email, err := notify.Open(r.smtp, r.sms, notify.Options{})
		if err != nil || (sms != nil) != (r.sms != "") || (email != nil) != (r.smtp != "") {
			t.Errorf("%+v: sms %v, email %v, %v", r, sms != nil, email != nil, err)
		}
		notify.Close(sms, email)
	}
}

func TestRateAndWindowAreThoseOfTheAddress(t *testing.T) {
	for _, r := range []struct {
		smtp, sms string
		want      notify.Limits
	}{
		{"smtp://host", "", notify.Limits{Window: 4}},
		{"smtp://host/?rate=0.1&window=1", "", notify.Limits{Rate: 0.1, Window: 1}},
		{"", "smpp://u:p@host", notify.Limits{Rate: 20, Window: 10, Strict: true}},
		{"", "smpp://u:p@host?rate=1000&window=1000", notify.Limits{Rate: 1000, Window: 1000, Strict: true}},
		{"", "https://host/", notify.Limits{Rate: 20, Window: 10}},
		{"", "https://host/?rate=2.5&window=3", notify.Limits{Rate: 2.5, Window: 3}},
	} {
		sms, email, err := notify.Open(r.smtp, r.sms, notify.Options{})
		check.OK(t, err)
		defer notify.Close(sms, email)
		if email != nil {
			sms = email
		}
		if got := sms.(notify.Limited).Limits(); got != r.want {
			t.Errorf("%s%s: %+v", r.smtp, r.sms, got)
		}
	}
}
