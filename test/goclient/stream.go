package main

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// streamRequest is what Grafana hands over where a first panel subscribes to a channel.
type streamRequest struct {
	Datasource datasourceSettings `json:"datasource"`
	Path       string             `json:"path"`
	Data       json.RawMessage    `json:"data"`
}

// serveStream subscribes to a channel and runs its stream, as Grafana does for the first panel of a channel, until the
// caller goes away: each packet is a line of JSON.
func (p *runningPlugin) serveStream(w http.ResponseWriter, r *http.Request) {
	var body streamRequest
	if !readJSON(w, r, &body) {
		return
	}
	caller := body.Datasource.pluginContext()
	subscribed, err := p.streams.SubscribeStream(r.Context(), backend.ToProto().SubscribeStreamRequest(
		&backend.SubscribeStreamRequest{PluginContext: caller, Path: body.Path, Data: body.Data}))
	if err != nil {
		writeError(w, http.StatusInternalServerError, err)
		return
	}
	if status := backend.SubscribeStreamStatus(subscribed.Status); status != backend.SubscribeStreamStatusOK {
		writeError(w, http.StatusForbidden, fmt.Errorf("the plugin refused the subscription with status %d", status))
		return
	}
	packets, err := p.streams.RunStream(r.Context(), backend.ToProto().RunStreamRequest(
		&backend.RunStreamRequest{PluginContext: caller, Path: body.Path, Data: body.Data}))
	if err != nil {
		writeError(w, http.StatusInternalServerError, err)
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.WriteHeader(http.StatusOK)
	flush := http.NewResponseController(w)
	_ = flush.Flush()
	for {
		packet, err := packets.Recv()
		if err != nil {
			return
		}
		if _, err := w.Write(append(packet.Data, '\n')); err != nil {
			return
		}
		_ = flush.Flush()
	}
}
