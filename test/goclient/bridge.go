package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// newBridge offers a plugin over HTTP: POST /query answers like Grafana's /api/ds/query, POST /health like its health
// check, POST /resource like the resource itself; POST /stream tells the packets of a channel, a line each.
func newBridge(plugin *runningPlugin) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /query", plugin.serveQuery)
	mux.HandleFunc("POST /health", plugin.serveHealth)
	mux.HandleFunc("POST /resource", plugin.serveResource)
	mux.HandleFunc("POST /stream", plugin.serveStream)
	return mux
}

func (p *runningPlugin) serveQuery(w http.ResponseWriter, r *http.Request) {
	var body queryRequest
	if !readJSON(w, r, &body) {
		return
	}
	request, err := body.sdkRequest()
	if err != nil {
		writeError(w, http.StatusBadRequest, err)
		return
	}
	asked := time.Now()
	answer, err := p.data.QueryData(r.Context(), backend.ToProto().QueryDataRequest(request))
	took := time.Since(asked)
	if err != nil {
		writeError(w, http.StatusInternalServerError, err)
		return
	}
	// Of the plugin alone: what it costs to write the answer as JSON is Grafana's.
	w.Header().Set("Server-Timing", fmt.Sprintf("plugin;dur=%.3f", float64(took.Microseconds())/1000))
	response, err := backend.FromProto().QueryDataResponse(answer)
	if err != nil {
		writeError(w, http.StatusInternalServerError, err)
		return
	}
	writeJSON(w, queryStatus(response), response)
}

// queryStatus is 207 where a query failed among others, as Grafana answers.
func queryStatus(response *backend.QueryDataResponse) int {
	for _, one := range response.Responses {
		if one.Error != nil {
			return http.StatusMultiStatus
		}
	}
	return http.StatusOK
}

func (p *runningPlugin) serveHealth(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Datasource datasourceSettings `json:"datasource"`
	}
	if !readJSON(w, r, &body) {
		return
	}
	answer, err := p.diagnostics.CheckHealth(r.Context(), &pluginv2.CheckHealthRequest{
		PluginContext: backend.ToProto().PluginContext(body.Datasource.pluginContext()),
	})
	if err != nil {
		writeError(w, http.StatusInternalServerError, err)
		return
	}
	result := backend.FromProto().CheckHealthResponse(answer)
	status := http.StatusOK
	if result.Status != backend.HealthStatusOk {
		status = http.StatusBadRequest
	}
	details := json.RawMessage(result.JSONDetails)
	if len(details) == 0 {
		details = json.RawMessage(`null`)
	}
	writeJSON(w, status, map[string]any{
		"status": result.Status.String(), "message": result.Message, "details": details,
	})
}

func (p *runningPlugin) serveResource(w http.ResponseWriter, r *http.Request) {
	var body resourceRequest
	if !readJSON(w, r, &body) {
		return
	}
	stream, err := p.resource.CallResource(r.Context(), backend.ToProto().CallResourceRequest(&backend.CallResourceRequest{
		PluginContext: body.Datasource.pluginContext(),
		Path:          body.Path,
		Method:        body.Method,
		URL:           body.URL,
		Body:          []byte(body.Body),
	}))
	if err != nil {
		writeError(w, http.StatusInternalServerError, err)
		return
	}
	// A resource may answer in parts: the first one carries status and headers.
	for first := true; ; first = false {
		part, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			if first {
				writeError(w, http.StatusInternalServerError, err)
			}
			return
		}
		response := backend.FromProto().CallResourceResponse(part)
		if first {
			for name, values := range response.Headers {
				w.Header()[http.CanonicalHeaderKey(name)] = values
			}
			w.WriteHeader(response.Status)
		}
		if _, err := w.Write(response.Body); err != nil {
			return
		}
	}
}

func readJSON(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		writeError(w, http.StatusBadRequest, fmt.Errorf("the body is no request: %w", err))
		return false
	}
	return true
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	raw, err := json.Marshal(body)
	if err != nil {
		writeError(w, http.StatusInternalServerError, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}

func writeError(w http.ResponseWriter, status int, err error) {
	raw, _ := json.Marshal(map[string]string{"message": err.Error()})
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}
