package plugin

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// step is one thing that the health check looked at.
type step struct {
	name string
	// found is a sentence without its full stop.
	found string
	// short is what a sentence of all steps says of it; empty where that goes without saying.
	short string
	// next is what to do, where there is something to mend.
	next string
}

// line of the details.
func (s step) line() string {
	line := s.name + ": " + s.found
	if s.next != "" {
		line += ". " + s.next
	}
	return line
}

func authorisedStep(c *client) step {
	means := "without an access token"
	if c.token != "" {
		means = "with the access token"
	}
	return step{name: "Authorised", found: "The catalogue can be read " + means}
}

// versionStep compares what the plugin and the ingest backend are. Releases that differ in their last number fit.
func versionStep(plugin, ingest string) step {
	s := step{name: "Version"}
	switch {
	case ingest == "":
		s.found, s.next = "The ingest backend does not tell its version", "Update it to the version of the plugin"
	case plugin == "" || release(plugin) == release(ingest):
		s.found = "The ingest backend is " + ingest
	default:
		s.found = fmt.Sprintf("The plugin is version %s, but the ingest backend %s", plugin, ingest)
		s.next = "Update the older of the two: some queries may fail"
	}
	return s
}

// release is a version without its last number, and without what follows it.
func release(version string) string {
	numbers := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	return strings.Join(numbers[:min(len(numbers), 2)], ".")
}

const (
	// A panel of the last hour shows nothing of what is older.
	oldData = time.Hour
	// Panels end at Grafana's now and lack what an ingest backend of another time calls new.
	largestDifference = 5 * time.Second
)

// dataStep tells of the newest report by the clock of Grafana's server, as panels see it.
func dataStep(found catalogue, now time.Time) step {
	s := step{name: "Newest data"}
	if _, models, _ := found.count(); models == 0 {
		s.found = "No model has reported yet"
		s.next = "Check the sources and the fleet in the ingest backend's configuration"
		return s
	}
	model, newest := found.newest()
	if newest.LastSeen == nil {
		s.found = "No engine has reported yet"
		s.next = "Check that the engines run and publish their sensor reports to a source of the ingest backend"
		return s
	}
	age := now.Sub(*newest.LastSeen)
	who := fmt.Sprintf("engine %s of %s", newest.Name, model)
	switch {
	case age > oldData:
		s.found = fmt.Sprintf("The newest data is %s old, from %s", inWords(age), who)
		s.next = "Choose a time range that reaches back so far, or check that the engines run and publish"
	case age < -largestDifference:
		s.found = fmt.Sprintf("The newest data lies %s in the future, from %s", inWords(-age), who)
		s.next = "Set the clock of its machine: panels that end now do not show it yet"
	default:
		words := inWords(max(age, 0))
		s.found, s.short = fmt.Sprintf("It is %s old, from %s", words, who), fmt.Sprintf("newest data %s old", words)
	}
	return s
}

// clockStep compares the clocks by the Date of an answer. It is in whole seconds and was written at some time between
// sending and receiving: the difference is the least that all of this allows.
func clockStep(answered answer) step {
	s := step{name: "Clock difference"}
	date, err := http.ParseTime(answered.header.Get("Date"))
	if err != nil {
		s.found = "Not known, since the answer has no readable header Date"
		return s
	}
	ahead := date.Sub(answered.received)
	behind := answered.sent.Sub(date.Add(time.Second))
	switch {
	case ahead > largestDifference:
		s.found = fmt.Sprintf("The ingest backend's clock is %s ahead of Grafana's", inWords(ahead))
	case behind > largestDifference:
		s.found = fmt.Sprintf("The ingest backend's clock is %s behind Grafana's", inWords(behind))
	default:
		s.found, s.short = fmt.Sprintf("None of more than %s", inWords(largestDifference)), "clocks agree"
		return s
	}
	s.next = "Set both clocks by NTP: otherwise panels that end now lack the newest data, or end in an empty stretch"
	return s
}

// inWords is a duration in its largest unit.
func inWords(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	default:
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	}
}
