package plugin

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// Each of these works, and says what to mend.
func TestHealthWarns(t *testing.T) {
	const none = `{"workflows":[{"name":"p","models":[{"name":"m","engines":[{"src":"a","name":"a","lastSeen":null}]}],"links":[]}],"metrics":[]}`
	for name, c := range map[string]struct {
		ready, catalogue string
		plugin           string
		texts            []string
	}{
		"newer plugin":  {ready: `{"status":"ready","version":"0.1.9"}`, plugin: "0.2.0", texts: []string{"Version: The plugin is version 0.2.0, but the ingest backend 0.1.9", "Update the older"}},
		"older plugin":  {ready: `{"status":"ready","version":"2.0.0-rc.1"}`, plugin: "1.9.9", texts: []string{"ingest backend 2.0.0-rc.1", "Update the older"}},
		"no version":    {ready: `{"status":"ready"}`, texts: []string{"Version: The ingest backend does not tell its version"}},
		"old data":      {catalogue: catalogueSeen(time.Now().Add(-3 * 24 * time.Hour)), texts: []string{"Newest data: The newest data is 3 days old, from engine engine-b of lstm", "time range"}},
		"data to come":  {catalogue: catalogueSeen(time.Now().Add(10*time.Minute + time.Second)), texts: []string{"lies 10 min in the future", "Set the clock of its machine"}},
		"silent fleet":  {catalogue: none, texts: []string{"No engine has reported yet", "publish"}},
		"nothing there": {catalogue: `{"workflows":[],"metrics":[]}`, texts: []string{"No model has reported yet", "configuration"}},
	} {
		t.Run(name, func(t *testing.T) {
			handlers := healthy()
			if c.ready != "" {
				handlers["GET /health/ready"] = answers(200, c.ready)
			}
			if c.catalogue != "" {
				handlers["GET /api/v1/catalog"] = answers(200, c.catalogue)
			}
			if c.plugin == "" {
				c.plugin = "0.1.0"
			}
			result, verbose := checkAs(t, datasourceAt(t, serve(t, handlers).URL), c.plugin)
			if result.Status != backend.HealthStatusOk {
				t.Errorf("status is %v", result.Status)
			}
			for _, text := range c.texts {
				if !strings.Contains(verbose, text) {
					t.Errorf("the steps do not say %q:\n%s", text, verbose)
				}
				// Grafana shows the message alone where all is well.
				if _, sentence, _ := strings.Cut(text, ": "); !strings.Contains(result.Message, sentence) {
					t.Errorf("%q does not say %q", result.Message, sentence)
				}
			}
		})
	}
}

func TestReleasesThatDifferInTheirLastNumberFit(t *testing.T) {
	for _, plugin := range []string{"0.1.0", "0.1.12", "v0.1.3", "0.1.0-beta.1", ""} {
		if s := versionStep(plugin, "0.1.5"); s.next != "" {
			t.Errorf("%q: %s", plugin, s.line())
		}
	}
}

func TestHealthComparesClocks(t *testing.T) {
	for name, c := range map[string]struct {
		ahead time.Duration
		texts []string
	}{
		"ahead":  {2*time.Minute + 2*time.Second, []string{"clock is 2 min ahead of Grafana's", "NTP"}},
		"behind": {-2*time.Hour - 2*time.Second, []string{"clock is 2 h behind Grafana's", "NTP"}},
		"alike":  {2 * time.Second, []string{"clocks agree"}},
	} {
		t.Run(name, func(t *testing.T) {
			handlers := healthy()
			handlers["GET /health/ready"] = func(w http.ResponseWriter, request *http.Request) {
				w.Header().Set("Date", time.Now().Add(c.ahead).UTC().Format(http.TimeFormat))
				answers(200, `{"status":"ready","version":"0.1.0"}`)(w, request)
			}
			result, verbose := check(t, datasourceAt(t, serve(t, handlers).URL))
			for _, text := range c.texts {
				if result.Status != backend.HealthStatusOk || !strings.Contains(result.Message, text) {
					t.Errorf("%v: %q does not say %q", result.Status, result.Message, text)
				}
			}
			if !strings.Contains(verbose, "Clock difference: ") {
				t.Errorf("steps are\n%s", verbose)
			}
		})
	}
}

// Whole seconds and a slow answer widen what the header can mean; only a sure difference is one.
func TestClockDifferenceIsTheLeastPossible(t *testing.T) {
	sent := time.Date(2018, 3, 5, 17, 52, 45, 0, time.UTC)
	dated := func(date time.Time, took time.Duration) answer {
		header := http.Header{"Date": []string{date.Format(http.TimeFormat)}}
		return answer{header: header, sent: sent, received: sent.Add(took)}
	}
	for name, c := range map[string]struct {
		answered answer
		warns    bool
	}{
		"slow":          {dated(sent.Add(8*time.Second), 4*time.Second), false},
		"fast":          {dated(sent.Add(8*time.Second), 0), true},
		"whole seconds": {dated(sent.Add(-6*time.Second), 0), false},
		"behind":        {dated(sent.Add(-7*time.Second), 0), true},
		"no date":       {answer{header: http.Header{}}, false},
		"no real date":  {answer{header: http.Header{"Date": []string{"now"}}}, false},
	} {
		if s := clockStep(c.answered); (s.next != "") != c.warns {
			t.Errorf("%s: %s", name, s.line())
		}
	}
}

func TestHealthTellsWhatItKnowsBesideAFailure(t *testing.T) {
	handlers := healthy()
	handlers["GET /api/v1/catalog"] = answers(401, `{"error":{"message":"unknown token"}}`)
	_, verbose := checkAs(t, datasourceAt(t, serve(t, handlers).URL), "3.0.0")
	for _, text := range []string{"Reachable: http", "Version: The plugin is version 3.0.0", "Clock difference: ", "Authorised: no. ", "pneumograph token create"} {
		if !strings.Contains(verbose, text) {
			t.Errorf("the steps do not say %q:\n%s", text, verbose)
		}
	}
	if strings.Contains(verbose, "Newest data") {
		t.Errorf("the steps tell of a catalogue that could not be read:\n%s", verbose)
	}
}
