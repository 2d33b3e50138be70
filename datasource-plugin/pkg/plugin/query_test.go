package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// recorder answers every query with no frames, and keeps the bodies it was sent.
type recorder struct {
	mu     sync.Mutex
	bodies []map[string]any
	header []http.Header
}

func (r *recorder) handle(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var body map[string]any
	if err := json.NewDecoder(request.Body).Decode(&body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.bodies = append(r.bodies, body)
	r.header = append(r.header, request.Header)
	results := map[string]any{}
	for _, q := range body["queries"].([]any) {
		results[q.(map[string]any)["refId"].(string)] = map[string]any{"status": 200, "frames": []any{}}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"results": results})
}

func TestQueriesOfOneRangeShareARoundTrip(t *testing.T) {
	seen := &recorder{}
	server := serve(t, map[string]http.HandlerFunc{"POST /api/v1/query": seen.handle})
	ds := datasourceAt(t, server.URL+"/", withToken(" secret\n"))

	later := dataQuery("C", `{"kind":"topology"}`)
	later.TimeRange.To = to.Add(time.Hour)
	responses := runQueries(t, ds,
		dataQuery("A", `{"refId":"A","kind":"metric","metric":"rps","datasource":{"uid":"x"},"hide":false}`),
		later,
		dataQuery("B", `{"kind":"status"}`))

	if len(seen.bodies) != 2 {
		t.Fatalf("expected 2 round trips, got %d", len(seen.bodies))
	}
	// They are made at the same time, and arrive in any order.
	slices.SortFunc(seen.bodies, func(a, b map[string]any) int { return int(a["to"].(float64) - b["to"].(float64)) })
	got, _ := json.Marshal(seen.bodies[0])
	want := `{"from":1520272365000,"intervalMs":1000,"maxDataPoints":1000,"queries":` +
		`[{"kind":"metric","metric":"rps","refId":"A"},{"kind":"status","refId":"B"}],"to":1520275965000}`
	if string(got) != want {
		t.Errorf("first round trip\n got %s\nwant %s", got, want)
	}
	if seen.bodies[1]["to"] != float64(to.Add(time.Hour).UnixMilli()) {
		t.Errorf("second round trip: to is %v", seen.bodies[1]["to"])
	}
	if auth := seen.header[0].Get("Authorization"); auth != "Bearer secret" {
		t.Errorf("Authorization is %q", auth)
	}
	for _, refID := range []string{"A", "B", "C"} {
		if response, found := responses[refID]; !found || response.Error != nil {
			t.Errorf("%s: found %v, error %v", refID, found, response.Error)
		}
	}
}

func TestFramesArriveUnchanged(t *testing.T) {
	for _, name := range []string{"timeseries-multi", "timeseries-multi-empty", "numeric-multi", "status", "status-table", "topology", "alerts", "profile", "profile-table"} {
		t.Run(name, func(t *testing.T) {
			raw := sample(t, name)
			server := serve(t, map[string]http.HandlerFunc{
				"/api/v1/query": answers(200, fmt.Sprintf(`{"results":{"A":{"status":200,"frames":%s}}}`, raw)),
			})
			response := runQueries(t, datasourceAt(t, server.URL), dataQuery("A", `{"kind":"metric","metric":"rps"}`))["A"]
			if response.Error != nil {
				t.Fatal(response.Error)
			}
			got, err := json.Marshal(response.Frames)
			if err != nil {
				t.Fatal(err)
			}
			// Both sides pass through the generic form, so that key order and number spelling do not matter.
			if want := normal(t, raw); normal(t, got) != want {
				t.Errorf("\n got %s\nwant %s", normal(t, got), want)
			}
		})
	}
}

func normal(t *testing.T, raw []byte) string {
	t.Helper()
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		t.Fatal(err)
	}
	encoded, _ := json.Marshal(value)
	// The SDK leaves out an index of zero, and writes a type version of zero where there is none.
	return strings.NewReplacer(`"index":0,`, "", `,"typeVersion":[0,0]`, "").Replace(string(encoded))
}

// The Logs panel reads frames by their dataplane type.
func TestMessagesAreLogLines(t *testing.T) {
	var frames data.Frames
	if err := json.Unmarshal(sample(t, "messages"), &frames); err != nil {
		t.Fatal(err)
	}
	want := []data.FieldType{
		data.FieldTypeTime, data.FieldTypeString, data.FieldTypeString, data.FieldTypeString, data.FieldTypeJSON,
	}
	for _, frame := range frames {
		if frame.Meta.Type != data.FrameTypeLogLines || frame.Meta.PreferredVisualization != data.VisTypeLogs {
			t.Errorf("meta is %+v", frame.Meta)
		}
		for i, field := range frame.Fields {
			if field.Type() != want[i] {
				t.Errorf("%s is %v", field.Name, field.Type())
			}
		}
	}
}

// Alerting reads frames by their dataplane type, and a wrong one is its users' most frequent complaint.
func TestFramesKeepWhatAlertingReads(t *testing.T) {
	for name, want := range map[string]data.FrameType{
		"timeseries-multi": data.FrameTypeTimeSeriesMulti, "timeseries-multi-empty": data.FrameTypeTimeSeriesMulti,
		"status": data.FrameTypeTimeSeriesMulti, "numeric-multi": data.FrameTypeNumericMulti,
	} {
		var frames data.Frames
		if err := json.Unmarshal(sample(t, name), &frames); err != nil {
			t.Fatal(err)
		}
		for _, frame := range frames {
			if frame.Meta == nil || frame.Meta.Type != want || frame.Meta.TypeVersion != (data.FrameTypeVersion{0, 1}) {
				t.Errorf("%s: meta is %+v", name, frame.Meta)
			}
			if kind := frame.TimeSeriesSchema().Type; strings.HasPrefix(string(want), "timeseries") && kind != data.TimeSeriesTypeWide {
				t.Errorf("%s: a frame reads as %v, not as one wide series", name, kind)
			}
		}
	}
}

func TestAWrongQueryFailsAlone(t *testing.T) {
	server := serve(t, map[string]http.HandlerFunc{"/api/v1/query": answers(200,
		`{"results":{"A":{"status":200,"frames":[]},"B":{"status":400,"error":"metric: expected a known metric, found rsp","frames":[]}}}`)})
	responses := runQueries(t, datasourceAt(t, server.URL),
		dataQuery("A", `{"kind":"status"}`), dataQuery("B", `{"kind":"metric","metric":"rsp"}`),
		dataQuery("C", `{"kind":"status"}`), dataQuery("D", `"no object"`))

	if responses["A"].Error != nil {
		t.Errorf("A: %v", responses["A"].Error)
	}
	expectFailure(t, responses["B"], 400, backend.ErrorSourceDownstream, "expected a known metric, found rsp")
	expectFailure(t, responses["C"], 500, backend.ErrorSourcePlugin, "did not answer the query C")
	expectFailure(t, responses["D"], 400, backend.ErrorSourceDownstream, "saved query cannot be read")
}

func TestAnUnreadableFrameIsOurFaultAndFailsAlone(t *testing.T) {
	schema := `{"schema":{"fields":[{"name":"v","type":"number","typeInfo":{"frame":"float64"}}]},"data":{"values":[[%s]]}}`
	for _, unreadable := range []string{fmt.Sprintf(schema, `"x"`), "null", "1"} {
		server := serve(t, map[string]http.HandlerFunc{"/api/v1/query": answers(200, fmt.Sprintf(
			`{"results":{"A":{"status":200,"frames":[%s]},"B":{"status":200,"frames":[%s]}}}`, unreadable, fmt.Sprintf(schema, "1")))})
		responses := runQueries(t, datasourceAt(t, server.URL), dataQuery("A", `{"kind":"status"}`), dataQuery("B", `{"kind":"status"}`))
		expectFailure(t, responses["A"], 500, backend.ErrorSourcePlugin, "cannot be read")
		if b := responses["B"]; b.Error != nil || len(b.Frames) != 1 || b.Frames[0].Rows() != 1 {
			t.Errorf("beside %s, B: %v, %d frames", unreadable, b.Error, len(b.Frames))
		}
	}
}

func TestAFailedRoundTripFailsItsQueries(t *testing.T) {
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		status  backend.Status
		source  backend.ErrorSource
		text    string
	}{
		"401":       {answers(401, `{"error":{"code":"unauthorized","message":"unknown token."}}`), 401, backend.ErrorSourceDownstream, "(401): unknown token. Make a token"},
		"403":       {answers(403, `{}`), 403, backend.ErrorSourceDownstream, "may not read"},
		"413":       {answers(413, `{"error":{"message":"too many queries"}}`), 413, backend.ErrorSourcePlugin, "too many queries"},
		"503":       {answers(503, ``), 503, backend.ErrorSourceDownstream, "cannot answer now"},
		"500":       {answers(500, ``), 500, backend.ErrorSourceDownstream, "ingest backend's log"},
		"login":     {answers(200, `<html>Sign in</html>`), 502, backend.ErrorSourceDownstream, "not as Pneumograph does"},
		"other API": {answers(200, `{"ok":true}`), 502, backend.ErrorSourceDownstream, "not as Pneumograph does"},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, map[string]http.HandlerFunc{"/api/v1/query": c.handler})
			responses := runQueries(t, datasourceAt(t, server.URL), dataQuery("A", `{}`), dataQuery("B", `{}`))
			expectFailure(t, responses["A"], c.status, c.source, c.text)
			expectFailure(t, responses["B"], c.status, c.source, c.text)
		})
	}
}

func TestBadSettingsAreNamedByEveryQuery(t *testing.T) {
	response := runQueries(t, datasourceAt(t, ""), dataQuery("A", `{}`))["A"]
	expectFailure(t, response, 400, backend.ErrorSourceDownstream, "has no URL")
}

func TestCancellationReachesTheIngestBackend(t *testing.T) {
	arrived, gone := make(chan struct{}), make(chan struct{})
	server := serve(t, map[string]http.HandlerFunc{"/api/v1/query": func(_ http.ResponseWriter, request *http.Request) {
		var body any
		_ = json.NewDecoder(request.Body).Decode(&body)
		close(arrived)
		<-request.Context().Done()
		close(gone)
	}})
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-arrived
		cancel()
	}()
	response, err := datasourceAt(t, server.URL).QueryData(ctx, &backend.QueryDataRequest{Queries: []backend.DataQuery{dataQuery("A", `{}`)}})
	if err != nil {
		t.Fatal(err)
	}
	<-gone
	if !errors.Is(response.Responses["A"].Error, context.Canceled) {
		t.Errorf("error is %v", response.Responses["A"].Error)
	}
}

// Were the trips made one after another, the first would wait for the second for ever.
func TestDifferentRangesAreAskedForAtTheSameTime(t *testing.T) {
	seen := &recorder{}
	const trips = 3
	var arrived sync.WaitGroup
	arrived.Add(trips)
	server := serve(t, map[string]http.HandlerFunc{"/api/v1/query": func(w http.ResponseWriter, request *http.Request) {
		arrived.Done()
		arrived.Wait()
		seen.handle(w, request)
	}})
	var queries []backend.DataQuery
	for i := range trips {
		q := dataQuery(string(rune('A'+i)), `{"kind":"status"}`)
		q.MaxDataPoints = int64(100 + i)
		queries = append(queries, q)
	}
	responses := runQueries(t, datasourceAt(t, server.URL, withJSON(`{"timeout":20}`)), queries...)
	for _, q := range queries {
		if response, found := responses[q.RefID]; !found || response.Error != nil {
			t.Errorf("%s: found %v, error %v", q.RefID, found, response.Error)
		}
	}
}

func TestOneOfSeveralTripsFailsAlone(t *testing.T) {
	seen := &recorder{}
	server := serve(t, map[string]http.HandlerFunc{"/api/v1/query": seen.handle})
	ds := datasourceAt(t, server.URL)
	next := ds.client.http.Transport
	ds.client.http.Transport = roundTripper(func(request *http.Request) (*http.Response, error) {
		body, _ := io.ReadAll(request.Body)
		if strings.Contains(string(body), `"maxDataPoints":7,`) {
			panic("a fault of ours")
		}
		request.Body = io.NopCloser(bytes.NewReader(body))
		return next.RoundTrip(request)
	})
	broken := dataQuery("B", `{"kind":"status"}`)
	broken.MaxDataPoints = 7
	responses := runQueries(t, ds, dataQuery("A", `{"kind":"status"}`), broken)
	if responses["A"].Error != nil {
		t.Errorf("A: %v", responses["A"].Error)
	}
	expectFailure(t, responses["B"], 500, backend.ErrorSourcePlugin, "please report this")
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

func expectFailure(t *testing.T, response backend.DataResponse, status backend.Status, source backend.ErrorSource, text string) {
	t.Helper()
	if response.Error == nil || !strings.Contains(response.Error.Error(), text) {
		t.Errorf("error is %v, expected it to say %q", response.Error, text)
	}
	if response.Status != status || response.ErrorSource != source {
		t.Errorf("status %d from %s, expected %d from %s", response.Status, response.ErrorSource, status, source)
	}
}
