package plugin

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// CallResource serves the editors: GET catalog, with the parameters from and to of the ingest backend's call.
func (d *Datasource) CallResource(ctx context.Context, request *backend.CallResourceRequest, sender backend.CallResourceResponseSender) error {
	if strings.Trim(request.Path, "/") != "catalog" {
		return sendProblem(sender, downstream(codeRefused, http.StatusNotFound, "There is no resource "+request.Path, "", nil))
	}
	if request.Method != http.MethodGet {
		return sendProblem(sender, downstream(codeRefused, http.StatusMethodNotAllowed, "The catalogue can only be read", "", nil))
	}
	if d.problem != nil {
		return sendProblem(sender, d.problem)
	}
	body, _, problem := d.client.fetchCatalogue(ctx, timeParams(request.URL))
	if problem != nil {
		return sendProblem(sender, problem)
	}
	return send(sender, http.StatusOK, body)
}

// timeParams keeps from and to of a resource's URL; nothing else is passed on.
func timeParams(rawURL string) url.Values {
	params := url.Values{}
	parsed, err := url.Parse(rawURL)
	if err != nil {
		return params
	}
	for _, key := range []string{"from", "to"} {
		if value := parsed.Query().Get(key); value != "" {
			params.Set(key, value)
		}
	}
	return params
}

func sendProblem(sender backend.CallResourceResponseSender, problem *failure) error {
	status := problem.status
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		// Grafana's browser part takes a 401 for the end of the user's own session.
		status = http.StatusBadGateway
	}
	body, err := json.Marshal(map[string]string{"code": string(problem.code), "message": problem.Error()})
	if err != nil {
		return err
	}
	return send(sender, status, body)
}

func send(sender backend.CallResourceResponseSender, status int, body []byte) error {
	return sender.Send(&backend.CallResourceResponse{
		Status:  status,
		Headers: map[string][]string{"Content-Type": {"application/json"}},
		Body:    body,
	})
}
