package plugin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// Grafana Live holds channel paths to these.
const longestPath = 160

var pathCharacters = regexp.MustCompile(`^[A-Za-z0-9_\-/=.]+$`)

// longestQuery, in bytes as written in a URL, is as much as goes into that of the ingest backend's call.
const longestQuery = 12_000

// topic is what a channel is about. Panels that ask the same have the same topic, and so one channel and one stream.
type topic struct {
	// Query is the text of one query's JSON; the ingest backend checks it.
	Query      string `json:"query"`
	IntervalMs int64  `json:"intervalMs"`
}

// path of the channel: of the content, so that nobody can put another query under the path that others listen to.
func (t topic) path() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", t.IntervalMs, t.Query))
	return "query/" + hex.EncodeToString(sum[:])
}

// readTopic reads what a panel subscribes to, and checks that the path is that of the content.
func readTopic(path string, content json.RawMessage) (topic, *failure) {
	var t topic
	wrong := func(text string, cause error) (topic, *failure) {
		return topic{}, downstream(codeRefused, http.StatusBadRequest, text, "", cause)
	}
	if len(path) > longestPath || !pathCharacters.MatchString(path) {
		return wrong(fmt.Sprintf("A channel path has at most %d letters, digits and characters of _-/=.", longestPath), nil)
	}
	if err := json.Unmarshal(content, &t); err != nil {
		return wrong("The data of the subscription cannot be read: "+err.Error(), err)
	}
	if length := len(url.QueryEscape(t.Query)); length > longestQuery {
		return wrong(fmt.Sprintf("The query is too long to be followed live: expected at most %d bytes, found %d", longestQuery, length), nil)
	}
	if !strings.HasPrefix(t.Query, "{") || !json.Valid([]byte(t.Query)) {
		return wrong("The query of the subscription is no JSON object", nil)
	}
	if t.IntervalMs <= 0 {
		return wrong(fmt.Sprintf("intervalMs: expected more than 0, found %d", t.IntervalMs), nil)
	}
	if path != t.path() {
		return wrong("The channel path does not belong to the query", nil)
	}
	return t, nil
}

// SubscribeStream admits users of the data source's own organisation, to channels of well-formed queries.
func (d *Datasource) SubscribeStream(_ context.Context, request *backend.SubscribeStreamRequest) (*backend.SubscribeStreamResponse, error) {
	if !d.ownOrg(request.PluginContext) {
		return &backend.SubscribeStreamResponse{Status: backend.SubscribeStreamStatusPermissionDenied}, nil
	}
	if _, problem := readTopic(request.Path, request.Data); problem != nil {
		backend.Logger.Warn("A subscription was refused", "path", request.Path, "reason", problem.Error())
		return &backend.SubscribeStreamResponse{Status: backend.SubscribeStreamStatusNotFound}, nil
	}
	return &backend.SubscribeStreamResponse{Status: backend.SubscribeStreamStatusOK}, nil
}

// PublishStream lets nobody publish: what the channels tell comes from the ingest backend alone.
func (d *Datasource) PublishStream(context.Context, *backend.PublishStreamRequest) (*backend.PublishStreamResponse, error) {
	return &backend.PublishStreamResponse{Status: backend.PublishStreamStatusPermissionDenied}, nil
}

// RunStream passes on what the ingest backend tells about a query, until Grafana finds that nobody listens.
func (d *Datasource) RunStream(ctx context.Context, request *backend.RunStreamRequest, sender *backend.StreamSender) error {
	if !d.ownOrg(request.PluginContext) {
		return settingsFailure("The data source belongs to another organisation", "", nil)
	}
	t, problem := readTopic(request.Path, request.Data)
	if problem != nil {
		return problem
	}
	f := &follower{client: d.client, topic: t, pace: d.pace, sender: sender}
	if d.problem != nil {
		// Grafana starts the stream anew when the settings change.
		if err := f.send(tellProblem(d.problem)); err != nil {
			return err
		}
		<-ctx.Done()
		return nil
	}
	return f.run(ctx)
}

func (d *Datasource) ownOrg(caller backend.PluginContext) bool {
	org := orgOf(caller)
	return org > 0 && org == d.orgID && caller.DataSourceInstanceSettings != nil
}

func orgOf(caller backend.PluginContext) int64 {
	return caller.OrgID //nolint:staticcheck // Its successor, the namespace, is not there in Grafana 12.
}
