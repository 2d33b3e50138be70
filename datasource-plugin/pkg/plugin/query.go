package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"runtime/debug"
	"sync"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	jsoniter "github.com/json-iterator/go"
)

// span is what the queries of one round trip share.
type span struct {
	From          int64 `json:"from"`
	To            int64 `json:"to"`
	MaxDataPoints int64 `json:"maxDataPoints"`
	IntervalMs    int64 `json:"intervalMs"`
}

// roundTrip is the body of POST /api/v1/query.
type roundTrip struct {
	span
	Queries []query `json:"queries"`
}

// query is one query as the editor saved it; the ingest backend checks it.
type query map[string]json.RawMessage

// grafanaKeys are added to queries by Grafana and the editor, and mean nothing to the ingest backend.
var grafanaKeys = []string{"datasource", "datasourceId", "hide", "intervalMs", "key", "live", "maxDataPoints", "queryType"}

type queryResult struct {
	Status int           `json:"status"`
	Frames []*data.Frame `json:"frames"`
	Error  string        `json:"error"`
	// unreadable is why the result is no such thing.
	unreadable error
}

// QueryData answers all queries that share a time range and a resolution with one call of the ingest backend; calls for
// different ones are made at the same time.
func (d *Datasource) QueryData(ctx context.Context, request *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	response := backend.NewQueryDataResponse()
	if d.problem != nil {
		for _, q := range request.Queries {
			response.Responses[q.RefID] = d.problem.response()
		}
		return response, nil
	}
	trips, wrong := plan(request.Queries)
	for refID, problem := range wrong {
		response.Responses[refID] = problem.response()
	}
	var (
		asked sync.WaitGroup
		lock  sync.Mutex
		slots = make(chan struct{}, tripsAtOnce)
	)
	for _, trip := range trips {
		asked.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			answers := d.answer(ctx, trip)
			lock.Lock()
			defer lock.Unlock()
			maps.Copy(response.Responses, answers)
		})
	}
	asked.Wait()
	for refID, answered := range response.Responses {
		if forExpressions(request) {
			answered.Frames = withoutEmptySeries(answered.Frames)
			response.Responses[refID] = answered
		}
		if !forAlertRule(request) {
			continue
		}
		if problem := notForAlertRules(refID, answered.Frames); problem != nil {
			response.Responses[refID] = problem.response()
		}
	}
	return response, nil
}

// tripsAtOnce leaves the ingest backend room for other panels.
const tripsAtOnce = 8

// answer answers the queries of one round trip. A panic fails them alone: outside the SDK's own goroutine it would
// end the plugin.
func (d *Datasource) answer(ctx context.Context, trip *roundTrip) (responses backend.Responses) {
	defer func() {
		if reason := recover(); reason != nil {
			log.DefaultLogger.FromContext(ctx).Error("A query panicked", "reason", reason, "stack", string(debug.Stack()))
			responses = trip.fail(pluginFailure("The plugin failed at the query", fmt.Errorf("panic: %v", reason)))
		}
	}()
	results, problem := d.ask(ctx, trip)
	if problem != nil {
		return trip.fail(problem)
	}
	responses = backend.Responses{}
	for _, q := range trip.Queries {
		refID := q.refID()
		responses[refID] = dataResponse(refID, results)
	}
	return responses
}

func (t *roundTrip) fail(problem *failure) backend.Responses {
	responses := backend.Responses{}
	for _, q := range t.Queries {
		responses[q.refID()] = problem.response()
	}
	return responses
}

// plan groups queries into as few round trips as there are different spans, in the order of the queries.
func plan(queries []backend.DataQuery) ([]*roundTrip, map[string]*failure) {
	var trips []*roundTrip
	bySpan := map[span]*roundTrip{}
	wrong := map[string]*failure{}
	for _, q := range queries {
		model := query{}
		if err := json.Unmarshal(q.JSON, &model); err != nil {
			wrong[q.RefID] = settingsFailure("The saved query cannot be read: "+err.Error(), "Choose the query again and save it", err)
			continue
		}
		for _, key := range grafanaKeys {
			delete(model, key)
		}
		model.setRefID(q.RefID)
		at := span{q.TimeRange.From.UnixMilli(), q.TimeRange.To.UnixMilli(), q.MaxDataPoints, q.Interval.Milliseconds()}
		if bySpan[at] == nil {
			bySpan[at] = &roundTrip{span: at}
			trips = append(trips, bySpan[at])
		}
		bySpan[at].Queries = append(bySpan[at].Queries, model)
	}
	return trips, wrong
}

func (q query) setRefID(refID string) {
	// Marshalling a string cannot fail.
	q["refId"], _ = json.Marshal(refID)
}

func (q query) refID() string {
	var refID string
	_ = json.Unmarshal(q["refId"], &refID)
	return refID
}

func (d *Datasource) ask(ctx context.Context, trip *roundTrip) (map[string]queryResult, *failure) {
	body, problem := d.client.post(ctx, "/api/v1/query", trip)
	if problem != nil {
		return nil, problem
	}
	results, err := readResults(body)
	if err != nil || results == nil {
		return nil, notPneumograph(d.client.url("/api/v1/query", nil), err)
	}
	return results, nil
}

// readResults reads an answer in one pass, which encoding/json would look through three times. Where that fails, each
// result is read alone: one that cannot be read takes no other along.
func readResults(body []byte) (map[string]queryResult, error) {
	var answer struct {
		Results map[string]queryResult `json:"results"`
	}
	if jsoniter.Unmarshal(body, &answer) == nil {
		return answer.Results, nil
	}
	var alone struct {
		Results map[string]json.RawMessage `json:"results"`
	}
	if err := json.Unmarshal(body, &alone); err != nil || alone.Results == nil {
		return nil, err
	}
	results := make(map[string]queryResult, len(alone.Results))
	for refID, encoded := range alone.Results {
		var result queryResult
		result.unreadable = jsoniter.Unmarshal(encoded, &result)
		results[refID] = result
	}
	return results, nil
}

func dataResponse(refID string, results map[string]queryResult) backend.DataResponse {
	result, found := results[refID]
	if !found {
		return pluginFailure(fmt.Sprintf("The ingest backend did not answer the query %s", refID), nil).response()
	}
	if result.unreadable != nil {
		return pluginFailure("A data frame of the ingest backend cannot be read: "+result.unreadable.Error(), result.unreadable).response()
	}
	if result.Error != "" || result.Status >= http.StatusBadRequest {
		return refusedQuery(result).response()
	}
	for i, frame := range result.Frames {
		if frame == nil {
			return pluginFailure(fmt.Sprintf("A data frame of the ingest backend cannot be read: expected an object at frames[%d], found null", i), nil).response()
		}
		frame.RefID = refID
	}
	return backend.DataResponse{Frames: result.Frames, Status: backend.StatusOK}
}

func refusedQuery(result queryResult) *failure {
	status := result.Status
	if status < http.StatusBadRequest {
		status = http.StatusInternalServerError
	}
	text := result.Error
	if text == "" {
		text = fmt.Sprintf("The ingest backend could not answer the query (%d)", status)
	}
	return downstream(codeRefused, status, text, "", nil)
}
