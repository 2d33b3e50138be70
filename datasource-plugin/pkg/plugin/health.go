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

// CheckHealth is the button "Save & test": it says what was tried, what happened and what to do next.
func (d *Datasource) CheckHealth(ctx context.Context, _ *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	if d.problem != nil {
		return unhealthy(d.problem, nil), nil
	}
	var steps []string
	tried := func(path, outcome string) {
		steps = append(steps, fmt.Sprintf("GET %s: %s", d.client.url(path, nil), outcome))
	}

	body, problem := d.client.get(ctx, readyPath, nil)
	if problem != nil {
		tried(readyPath, problem.happened)
		return unhealthy(notReady(d.client, problem), steps), nil
	}
	tried(readyPath, "ready")

	_, found, problem := d.client.fetchCatalogue(ctx, nil)
	if problem != nil {
		tried(catalogPath, problem.happened)
		return unhealthy(otherVersion(d.client, problem), steps), nil
	}
	workflows, models, engines := found.count()
	tried(catalogPath, "read")

	message := fmt.Sprintf("Connected to Pneumograph%s: %s, %s, %s.", version(body),
		plural(workflows, "workflow"), plural(models, "model"), plural(engines, "engine"))
	if models == 0 {
		message += " No model has reported yet: check the sources and the fleet in the ingest backend's configuration."
	}
	return &backend.CheckHealthResult{Status: backend.HealthStatusOk, Message: message, JSONDetails: details(steps)}, nil
}

func unhealthy(problem *failure, steps []string) *backend.CheckHealthResult {
	if problem.cause != nil {
		steps = append(steps, "Cause: "+problem.cause.Error())
	}
	return &backend.CheckHealthResult{
		Status:      backend.HealthStatusError,
		Message:     problem.Error() + ".",
		JSONDetails: details(steps),
	}
}

func details(steps []string) []byte {
	if len(steps) == 0 {
		return nil
	}
	encoded, err := json.Marshal(map[string]string{"verboseMessage": strings.Join(steps, "\n")})
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
	var answer struct {
		Reasons []json.RawMessage `json:"reasons"`
	}
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

// version of the ingest backend, with a space before it, where the readiness answer tells one.
func version(ready []byte) string {
	var answer struct {
		Version string `json:"version"`
	}
	if json.Unmarshal(ready, &answer) != nil || answer.Version == "" {
		return ""
	}
	return " " + answer.Version
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
