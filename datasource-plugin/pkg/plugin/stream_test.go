package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

const followedQuery = `{"kind":"metric","metric":"rps","models":["lstm"]}`

var followedTopic = topic{Query: followedQuery, IntervalMs: 1000}

func content(t *testing.T, of topic) json.RawMessage {
	t.Helper()
	encoded, err := json.Marshal(of)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func inOrg(id int64) backend.PluginContext {
	return backend.PluginContext{OrgID: id, DataSourceInstanceSettings: &backend.DataSourceInstanceSettings{UID: "p"}} //nolint:staticcheck
}

// liveAt is a data source of organisation 7 that connects again at once.
func liveAt(t *testing.T, url string, options ...option) *Datasource {
	t.Helper()
	ds := datasourceAt(t, url, options...)
	ds.orgID = 7
	ds.pace = pace{first: time.Millisecond, most: 20 * time.Millisecond, silence: 10 * time.Second}
	return ds
}

// channel is what panels hear.
type channel chan told

func (c channel) Send(packet *backend.StreamPacket) error {
	var what told
	if err := json.Unmarshal(packet.Data, &what); err != nil {
		return err
	}
	c <- what
	return nil
}

// run starts the stream; stop ends it as Grafana does, and returns what RunStream returned.
func run(t *testing.T, ds *Datasource) (heard channel, stop func() error) {
	t.Helper()
	heard = make(channel, 1000)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- ds.RunStream(ctx, &backend.RunStreamRequest{
			PluginContext: inOrg(7), Path: followedTopic.path(), Data: content(t, followedTopic),
		}, backend.NewStreamSender(heard))
	}()
	stop = func() error {
		cancel()
		select {
		case err := <-done:
			return err
		case <-time.After(5 * time.Second):
			t.Fatal("the stream did not stop")
			return nil
		}
	}
	t.Cleanup(cancel)
	return heard, stop
}

func (c channel) next(t *testing.T) told {
	t.Helper()
	select {
	case what := <-c:
		return what
	case <-time.After(5 * time.Second):
		t.Fatal("nothing was told")
		return told{}
	}
}

// expect reads the next that is told, in short: `frames 5`, `reset`, `problem …`.
func (c channel) expect(t *testing.T, want string) {
	t.Helper()
	what := c.next(t)
	got := what.Type + " " + what.Message
	if what.Type == "frames" {
		var event struct {
			From int `json:"from"`
		}
		if err := json.Unmarshal(what.Event, &event); err != nil {
			t.Fatal(err)
		}
		got = fmt.Sprintf("frames %d", event.From)
	}
	if !strings.HasPrefix(got, want) {
		t.Fatalf("expected %q, was told %q", want, got)
	}
}

// connection is one opening of the stream that the ingest backend sees.
type connection struct {
	lastID string
	query  string
	gone   <-chan struct{}
	write  func(text string)
	end    chan struct{}
}

func (c connection) frames(id string, from int) {
	c.write(fmt.Sprintf("event: frames\nid: %s\ndata: {\"from\":%d,\"to\":%d,\"frames\":[]}\n\n", id, from, from+1000))
}

// streams is an ingest backend whose connections the test speaks through.
func streams(t *testing.T) (url string, connections <-chan connection) {
	t.Helper()
	opened := make(chan connection, 10)
	server := serve(t, map[string]http.HandlerFunc{streamPath: func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.WriteHeader(http.StatusOK)
		flush := http.NewResponseController(w).Flush
		_ = flush()
		texts := make(chan string)
		end := make(chan struct{})
		opened <- connection{
			lastID: r.Header.Get("Last-Event-ID"), query: r.URL.RawQuery, gone: r.Context().Done(), end: end,
			write: func(text string) { texts <- text },
		}
		for {
			select {
			case text := <-texts:
				_, _ = w.Write([]byte(text))
				_ = flush()
			case <-end:
				return
			case <-r.Context().Done():
				return
			}
		}
	}})
	return server.URL, opened
}

func TestSubscribersAreOfTheOwnOrganisationAndAskWell(t *testing.T) {
	ds := liveAt(t, "http://127.0.0.1:1")
	well, path := content(t, followedTopic), followedTopic.path()
	long := topic{Query: `{"a":"` + strings.Repeat("x", longestQuery) + `"}`, IntervalMs: 1000}
	text := topic{Query: `{"kind"`, IntervalMs: 1000}
	never := topic{Query: followedQuery}
	cases := map[string]struct {
		context backend.PluginContext
		path    string
		data    json.RawMessage
		want    backend.SubscribeStreamStatus
	}{
		"own organisation":     {inOrg(7), path, well, backend.SubscribeStreamStatusOK},
		"another organisation": {inOrg(8), path, well, backend.SubscribeStreamStatusPermissionDenied},
		"no organisation":      {backend.PluginContext{}, path, well, backend.SubscribeStreamStatusPermissionDenied},
		"another's path": {inOrg(7), topic{Query: followedQuery, IntervalMs: 2000}.path(), well,
			backend.SubscribeStreamStatusNotFound},
		"no data":           {inOrg(7), path, nil, backend.SubscribeStreamStatusNotFound},
		"no JSON":           {inOrg(7), path, json.RawMessage(`{`), backend.SubscribeStreamStatusNotFound},
		"a long path":       {inOrg(7), strings.Repeat("x", 161), well, backend.SubscribeStreamStatusNotFound},
		"a path with space": {inOrg(7), "query/a b", well, backend.SubscribeStreamStatusNotFound},
		"a long query":      {inOrg(7), long.path(), content(t, long), backend.SubscribeStreamStatusNotFound},
		"a broken query":    {inOrg(7), text.path(), content(t, text), backend.SubscribeStreamStatusNotFound},
		"no interval":       {inOrg(7), never.path(), content(t, never), backend.SubscribeStreamStatusNotFound},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			response, err := ds.SubscribeStream(context.Background(),
				&backend.SubscribeStreamRequest{PluginContext: c.context, Path: c.path, Data: c.data})
			if err != nil || response.Status != c.want {
				t.Fatalf("expected status %v, found %v, %v", c.want, response, err)
			}
		})
	}
}

func TestTheOrganisationIsThatOfTheInstance(t *testing.T) {
	ctx := backend.WithPluginContext(context.Background(), inOrg(7))
	instance, err := NewDatasource(ctx, backend.DataSourceInstanceSettings{URL: "http://127.0.0.1:1", JSONData: []byte(`{}`)})
	if err != nil {
		t.Fatal(err)
	}
	if ds := instance.(*Datasource); !ds.ownOrg(inOrg(7)) || ds.ownOrg(inOrg(1)) {
		t.Fatalf("expected organisation 7, found %d", ds.orgID)
	}
}

// The same text is in the test of the browser's part: both sides have to agree on the path.
func TestThePathIsThatOfTheBrowser(t *testing.T) {
	want := "query/d16ed27f98e2b3adff5af6a1b1b864baa19709e4ebcdb5c4f8f511ec699d9f69"
	if got := (topic{Query: `{"format":"timeseries","kind":"metric","metric":"rps","models":["Lüfter"]}`, IntervalMs: 1000}).path(); got != want {
		t.Fatalf("expected %s, found %s", want, got)
	}
}

func TestNobodyPublishes(t *testing.T) {
	response, err := liveAt(t, "http://127.0.0.1:1").PublishStream(context.Background(),
		&backend.PublishStreamRequest{PluginContext: inOrg(7), Path: followedTopic.path()})
	if err != nil || response.Status != backend.PublishStreamStatusPermissionDenied {
		t.Fatalf("expected a refusal, found %v, %v", response, err)
	}
}

func TestAStreamThatDropsGoesOnBehindTheLastEvent(t *testing.T) {
	url, connections := streams(t)
	heard, stop := run(t, liveAt(t, url))
	first := <-connections
	if first.lastID != "" || !strings.Contains(first.query, "intervalMs=1000") || !strings.Contains(first.query, "query=%7B%22kind") {
		t.Fatalf("unexpected request: %+v", first)
	}
	heard.expect(t, "reset")
	first.frames("run:1", 5000)
	first.write(": nothing new\n\n")
	first.frames("run:2", 6000)
	heard.expect(t, "frames 5000")
	heard.expect(t, "frames 6000")
	first.write("event: frames\nid: run:3\ndata: {\"from\"")
	close(first.end)

	second := <-connections
	if second.lastID != "run:2" {
		t.Fatalf("expected to go on behind run:2, found %q", second.lastID)
	}
	heard.expect(t, "resumed")
	second.write("event: reset\nid: other:1\ndata: {}\n\n")
	heard.expect(t, "reset")
	close(second.end)

	third := <-connections
	if third.lastID != "other:1" {
		t.Fatalf("expected to go on behind other:1, found %q", third.lastID)
	}
	heard.expect(t, "resumed")
	if err := stop(); err != nil {
		t.Fatalf("expected a clean end, found %v", err)
	}
	select {
	case <-third.gone:
	case <-time.After(5 * time.Second):
		t.Fatal("the connection stayed when nobody listened")
	}
}

func TestAStreamThatWasNeverHeardBeginsAnew(t *testing.T) {
	url, connections := streams(t)
	heard, _ := run(t, liveAt(t, url))
	first := <-connections
	heard.expect(t, "reset")
	close(first.end)
	if second := <-connections; second.lastID != "" {
		t.Fatalf("expected no id, found %q", second.lastID)
	}
	heard.expect(t, "reset")
}

func TestAnIngestBackendThatIsAwayIsToldAndFoundAgain(t *testing.T) {
	url, connections := streams(t)
	ds := liveAt(t, "http://127.0.0.1:1")
	away := ds.client.base
	there := datasourceAt(t, url).client.base
	ready := make(chan struct{})
	ds.client.streaming.Transport = transportOf(func(r *http.Request) (*http.Response, error) {
		select {
		case <-ready:
			r.URL.Host = there.Host
		default:
			r.URL.Host = away.Host
		}
		return http.DefaultTransport.RoundTrip(r)
	})
	heard, _ := run(t, ds)
	heard.expect(t, "problem Nothing answers at http://127.0.0.1:1/api/v1/stream")
	heard.expect(t, "problem Nothing answers")
	close(ready)
	connection := <-connections
	for what := heard.next(t); what.Type != "reset"; what = heard.next(t) {
		if what.Type != "problem" {
			t.Fatalf("unexpected: %+v", what)
		}
	}
	connection.frames("run:1", 5000)
	heard.expect(t, "frames 5000")
}

type transportOf func(*http.Request) (*http.Response, error)

func (f transportOf) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestWhatTheIngestBackendRefusesIsTold(t *testing.T) {
	refused := `{"error":{"code":"bad-request","message":"query: expected one of the kinds metric and status"}}`
	cases := map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"the query":          {answers(http.StatusBadRequest, refused), "problem HOST refused the request (400): query: expected one"},
		"the token":          {answers(http.StatusUnauthorized, ""), "problem HOST asks for an access token"},
		"by a login page":    {answers(http.StatusOK, `{}`), "problem HOST answered, but not as Pneumograph does"},
		"without the stream": {answers(http.StatusNotFound, ""), "problem HOST was not found (404)"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			server := serve(t, map[string]http.HandlerFunc{streamPath: c.handler})
			heard, stop := run(t, liveAt(t, server.URL))
			heard.expect(t, strings.ReplaceAll(c.want, "HOST", server.URL+streamPath))
			if err := stop(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestAnErrorThatEndsTheStreamIsTold(t *testing.T) {
	url, connections := streams(t)
	heard, _ := run(t, liveAt(t, url))
	first := <-connections
	heard.expect(t, "reset")
	first.frames("run:1", 5000)
	first.write("event: error\ndata: {\"message\":\"the store is closed\"}\n\n")
	heard.expect(t, "frames 5000")
	heard.expect(t, "problem The ingest backend ended the stream: the store is closed")
	if second := <-connections; second.lastID != "run:1" {
		t.Fatalf("expected to go on behind run:1, found %q", second.lastID)
	}
}

func TestASilentStreamIsOpenedAnew(t *testing.T) {
	url, connections := streams(t)
	ds := liveAt(t, url, withToken("secret"))
	ds.pace.silence = 100 * time.Millisecond
	heard, _ := run(t, ds)
	first := <-connections
	first.frames("run:1", 5000)
	select {
	case second := <-connections:
		if second.lastID != "run:1" {
			t.Fatalf("expected to go on behind run:1, found %q", second.lastID)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the silent stream was kept")
	}
	heard.expect(t, "reset")
	heard.expect(t, "frames 5000")
	heard.expect(t, "resumed")
}

func TestAStreamOutlivesTheTimeoutOfQueries(t *testing.T) {
	url, connections := streams(t)
	heard, _ := run(t, liveAt(t, url, withJSON(`{"timeout":1}`)))
	first := <-connections
	heard.expect(t, "reset")
	time.Sleep(1500 * time.Millisecond)
	first.frames("run:1", 5000)
	heard.expect(t, "frames 5000")
}

func TestSettingsThatCannotWorkAreToldOnceUntilTheyChange(t *testing.T) {
	heard, stop := run(t, liveAt(t, ""))
	heard.expect(t, "problem The data source has no URL")
	time.Sleep(50 * time.Millisecond)
	if err := stop(); err != nil || len(heard) > 0 {
		t.Fatalf("expected silence and a clean end, found %v", err)
	}
}
