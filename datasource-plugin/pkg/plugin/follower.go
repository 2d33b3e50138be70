package plugin

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// pace of connecting to the ingest backend.
type pace struct {
	// first is the wait before connecting again; it doubles up to most while that fails.
	first, most time.Duration
	// silence after which a connection counts as broken; the ingest backend sends a comment every 15 s.
	silence time.Duration
}

var usualPace = pace{first: 500 * time.Millisecond, most: 15 * time.Second, silence: 45 * time.Second}

// told is what panels get through the channel.
type told struct {
	// Type is `frames`, `reset` (query anew), `resumed` (nothing was missed) or `problem`.
	Type string `json:"type"`
	// Event is that of the ingest backend: from, to and frames.
	Event   json.RawMessage `json:"event,omitempty"`
	Message string          `json:"message,omitempty"`
}

func tellProblem(problem *failure) told {
	return told{Type: "problem", Message: problem.Error()}
}

// follower keeps one stream of the ingest backend going.
type follower struct {
	client *client
	topic  topic
	pace   pace
	sender *backend.StreamSender
	// lastID is the id of the last event that was passed on; empty where there was none.
	lastID string
}

// run connects again whenever the stream ends; it returns when ctx is over or nothing can be sent any more.
func (f *follower) run(ctx context.Context) error {
	wait := f.pace.first
	for ctx.Err() == nil {
		heard, problem, err := f.listen(ctx)
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			return err
		}
		if problem != nil {
			if err := f.send(tellProblem(problem)); err != nil {
				return err
			}
		}
		if heard {
			wait = f.pace.first
		}
		// Streams that broke together do not all come back together.
		pause := wait/2 + rand.N(wait/2+1)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		wait = min(2*wait, f.pace.most)
	}
	return nil
}

var errSilent = errors.New("nothing was heard for too long")

// listen connects once and passes on events until the stream ends. It says whether any event was heard and, where the
// stream could not be opened or ended with an error, what the problem is: one that merely breaks off is none yet. The
// error is one of sending.
func (f *follower) listen(ctx context.Context) (heard bool, problem *failure, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(f.pace.silence, func() { cancel(errSilent) })
	defer watchdog.Stop()

	body, problem := f.open(ctx)
	if problem != nil {
		return false, problem, nil
	}
	defer func() { _ = body.Close() }()
	// Of a stream that goes on nothing was missed; before any other, panels have to query.
	opened := told{Type: "resumed"}
	if f.lastID == "" {
		opened.Type = "reset"
	}
	if err := f.send(opened); err != nil {
		return false, nil, err
	}
	lines := bufio.NewReader(body)
	for {
		event, broken := readEvent(lines, func() { watchdog.Reset(f.pace.silence) })
		if broken != nil {
			return heard, nil, nil
		}
		switch event.name {
		case "frames":
			err = f.send(told{Type: "frames", Event: json.RawMessage(event.data)})
		case "reset":
			err = f.send(told{Type: "reset"})
		case "error":
			return heard, downstream(codeUpstream, http.StatusBadGateway,
				"The ingest backend ended the stream: "+messageOf(event.data), "", nil), nil
		}
		if err != nil {
			return heard, nil, err
		}
		heard = true
		if event.id != "" {
			f.lastID = event.id
		}
	}
}

const streamPath = "/api/v1/stream"

// open connects to the stream, from behind the last event on.
func (f *follower) open(ctx context.Context) (io.ReadCloser, *failure) {
	target := f.client.url(streamPath, url.Values{
		"query": {f.topic.Query}, "intervalMs": {strconv.FormatInt(f.topic.IntervalMs, 10)},
	})
	named := f.client.url(streamPath, nil)
	request, problem := f.client.request(ctx, http.MethodGet, target, nil)
	if problem != nil {
		return nil, problem
	}
	request.Header.Set("Accept", "text/event-stream")
	if f.lastID != "" {
		request.Header.Set("Last-Event-ID", f.lastID)
	}
	response, err := f.client.streaming.Do(request)
	if err != nil {
		if errors.Is(context.Cause(ctx), errSilent) {
			err = context.DeadlineExceeded
		}
		return nil, transportFailure(named, err)
	}
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if response.StatusCode == http.StatusOK && kind == "text/event-stream" {
		return response.Body, nil
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode == http.StatusOK {
		return nil, notPneumograph(named, nil)
	}
	// Whatever of an error's text cannot be read is no loss.
	said, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	return nil, statusFailure(named, response, said)
}

func (f *follower) send(what told) error {
	encoded, err := json.Marshal(what)
	if err != nil {
		return fmt.Errorf("an event of the ingest backend cannot be passed on: %w", err)
	}
	return f.sender.SendJSON(encoded)
}

// serverEvent is one server-sent event (WHATWG HTML, 9.2.6).
type serverEvent struct {
	name, id, data string
}

// readEvent reads the next event that has data; alive is called at every line, comments among them.
func readEvent(lines *bufio.Reader, alive func()) (serverEvent, error) {
	var event serverEvent
	var data []string
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return serverEvent{}, err
		}
		alive()
		field, value, _ := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			event.name = value
		case "id":
			event.id = value
		case "data":
			data = append(data, value)
		case "":
			// A comment has a text behind its colon, the end of an event has neither.
			if strings.TrimRight(line, "\r\n") == "" && data != nil {
				event.data = strings.Join(data, "\n")
				return event, nil
			}
		}
	}
}

func messageOf(data string) string {
	var said struct {
		Message string `json:"message"`
	}
	if json.Unmarshal([]byte(data), &said) != nil || said.Message == "" {
		return data
	}
	return said.Message
}
