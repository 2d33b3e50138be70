package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

const readyPath = "/health/ready"

// readiness is the answer of GET /health/ready.
type readiness struct {
	Status  string            `json:"status"`
	Version string            `json:"version"`
	Reasons []json.RawMessage `json:"reasons"`
}

// CheckHealth is the button "Save & test". It tells one by one whether the ingest backend is reachable, whether the
// access token is good, which version it is, how new its data are and whether its clock agrees, and what to do next.
func (d *Datasource) CheckHealth(ctx context.Context, request *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	if d.problem != nil {
		return unhealthy("Settings", d.problem, nil), nil
	}
	ready, answered, problem := d.client.ready(ctx)
	if problem != nil {
		return unhealthy("Reachable", problem, nil), nil
	}
	steps := []step{{name: "Reachable", found: d.client.base.String() + " answers and is ready"}}
	version := versionStep(request.PluginContext.PluginVersion, ready.Version)
	clock := clockStep(answered)

	_, found, problem := d.client.fetchCatalogue(ctx, nil)
	if problem != nil {
		return unhealthy("Catalogue", otherVersion(d.client, problem), append(steps, version, clock)), nil
	}
	steps = append(steps, authorisedStep(d.client), version, dataStep(found, answered.received), clock)
	return &backend.CheckHealthResult{
		Status: backend.HealthStatusOk, Message: healthyMessage(ready.Version, found, steps), JSONDetails: details(steps),
	}, nil
}

// ready asks whether the ingest backend can do its work; no access token is needed for it.
func (c *client) ready(ctx context.Context) (readiness, answer, *failure) {
	got, problem := c.call(ctx, http.MethodGet, readyPath, nil, nil)
	if problem != nil {
		return readiness{}, got, notReady(c, problem)
	}
	var read readiness
	if err := json.Unmarshal(got.body, &read); err != nil || read.Status == "" {
		return readiness{}, got, notPneumograph(c.url(readyPath, nil), err)
	}
	return read, got, nil
}

// healthyMessage is one sentence, and one more with its advice for each step that found something to mend. Grafana
// shows the details of failures alone.
func healthyMessage(version string, found catalogue, steps []step) string {
	workflows, models, engines := found.count()
	parts := []string{plural(workflows, "workflow"), plural(models, "model"), plural(engines, "engine")}
	warnings := ""
	for _, s := range steps {
		if s.next != "" {
			warnings += fmt.Sprintf(" %s. %s.", s.found, s.next)
		} else if s.short != "" {
			parts = append(parts, s.short)
		}
	}
	return strings.TrimSpace("Connected to Pneumograph "+version) + ": " + strings.Join(parts, ", ") + "." + warnings
}

// unhealthy ends the steps with the one that failed.
func unhealthy(name string, problem *failure, steps []step) *backend.CheckHealthResult {
	if problem.code == codeUnauthorized || problem.code == codeForbidden {
		name = "Authorised"
	}
	steps = append(steps, step{name: name, found: "no. " + problem.happened, next: problem.next})
	if problem.cause != nil {
		steps = append(steps, step{name: "Cause", found: problem.cause.Error()})
	}
	return &backend.CheckHealthResult{
		Status:      backend.HealthStatusError,
		Message:     problem.Error() + ".",
		JSONDetails: details(steps),
	}
}

func details(steps []step) []byte {
	lines := make([]string, len(steps))
	for i, s := range steps {
		lines[i] = s.line()
	}
	encoded, err := json.Marshal(map[string]string{"verboseMessage": strings.Join(lines, "\n")})
	if err != nil {
		return nil
	}
	return encoded
}

// notReady explains a 503 of the readiness call: it is an ingest backend that lacks something itself.
func notReady(c *client, problem *failure) *failure {
	if problem.code != codeOverloaded || problem.status != http.StatusServiceUnavailable {
		return problem
	}
	happened := fmt.Sprintf("The ingest backend at %s runs but is not ready", c.base)
	if reasons := readinessReasons(problem.body); reasons != "" {
		happened += ": " + reasons
	}
	return downstream(codeOverloaded, problem.status, happened,
		"Mend what it names, or wait where it has just started; `pneumograph check` tests each of its parts", problem.cause)
}

// otherVersion explains a missing catalogue where the readiness call was answered.
func otherVersion(c *client, problem *failure) *failure {
	if problem.status != http.StatusNotFound {
		return problem
	}
	return downstream(codeVersion, problem.status,
		fmt.Sprintf("%s is alive, but has no version 1 of Pneumograph's API (%s was not found)", c.base, catalogPath),
		"Check that the URL leads to an ingest backend and not to another service, and update the older of ingest backend and plugin",
		problem.cause)
}

// readinessReasons joins the reasons of a readiness answer, which are texts or objects with a text.
func readinessReasons(body []byte) string {
	var answer readiness
	if json.Unmarshal(body, &answer) != nil {
		return ""
	}
	var texts []string
	for _, raw := range answer.Reasons {
		var text string
		var object struct{ Component, Message, Reason string }
		switch {
		case json.Unmarshal(raw, &text) == nil:
		case json.Unmarshal(raw, &object) == nil:
			text = strings.TrimLeft(object.Component+": "+object.Message+object.Reason, ": ")
		}
		if text != "" {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "; ")
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
