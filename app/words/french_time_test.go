package words

import (
	"strings"
	"testing"
	"time"
)

// plainSpaces makes expectations readable.
func plainSpaces(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

func TestAWaitIsRoundedUpAndSaidInWords(t *testing.T) {
	for _, row := range []struct {
		wait time.Duration
		want string
	}{
		{-time.Second, "maintenant"},
		{0, "maintenant"},
		{time.Nanosecond, "dans 1 minute"},
		{time.Minute, "dans 1 minute"},
		{61 * time.Second, "dans 2 minutes"},
		{59 * time.Minute, "dans 59 minutes"},
		{59*time.Minute + time.Second, "dans environ 1 heure"},
		{time.Hour, "dans environ 1 heure"},
		{61 * time.Minute, "dans environ 1 heure et demie"},
		{91 * time.Minute, "dans environ 2 heures"},
		{24 * time.Hour, "dans environ 24 heures"},
	} {
		if got := plainSpaces(French.In(row.wait)); got != row.want {
			t.Errorf("In(%v) = %q, want %q", row.wait, got, row.want)
		}
	}
}

func TestAMomentIsSaidInItsOwnZone(t *testing.T) {
	utc := time.Date(2025, time.July, 31, 22, 5, 0, 0, time.UTC)
	paris := time.FixedZone("CEST", 2*60*60)
	for _, row := range []struct {
		at, now time.Time
		want    string
	}{
		{utc, time.Time{}, "le jeudi 31 juillet 2025 à 22 h 05"},
		{utc.In(paris), time.Time{}, "le vendredi 1er août 2025 à 0 h 05"},
		{utc.In(paris), utc.Add(time.Minute), "aujourd’hui, 0 h 05"},
		{utc, utc.Add(time.Minute), "aujourd’hui, 22 h 05"},
		{utc, utc.Add(2 * time.Hour), "hier, 22 h 05"},
		{utc, utc.Add(26 * time.Hour), "le jeudi 31 juillet à 22 h 05"},
		{utc, utc.AddDate(1, 0, 0), "le jeudi 31 juillet 2025 à 22 h 05"},
	} {
		if got := plainSpaces(French.Moment(row.at, row.now)); got != row.want {
			t.Errorf("got %q, want %q", got, row.want)
		}
	}
}

// A line ends neither within a date nor before an hour.
func TestADateStaysTogether(t *testing.T) {
	at := time.Date(2025, time.July, 31, 22, 5, 0, 0, time.UTC)
	if got, want := French.Moment(at, time.Time{}), "le jeudi 31\u00a0juillet\u00a02025 à\u00a022\u00a0h\u00a005"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestADurationIsSaidInTheUnitThatFits(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Second: "1 seconde", 45 * time.Second: "45 secondes", time.Minute: "1 minute", 119 * time.Second: "119 secondes",
		30 * time.Minute: "30 minutes", 90 * time.Minute: "90 minutes", time.Hour: "1 heure", 24 * time.Hour: "24 heures",
	} {
		if got := plainSpaces(French.Duration(d)); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}
