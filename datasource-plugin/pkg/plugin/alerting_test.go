package plugin

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// What an alert rule cannot work on is said in plain words; to panels it is answered.
func TestAlertRulesGetSeriesAndNumbers(t *testing.T) {
	for name, fits := range map[string]bool{
		"timeseries-multi": true, "timeseries-multi-empty": true, "numeric-multi": true, "status": true,
		"status-table": false, "topology": false, "alerts": false, "profile": false, "profile-table": false,
	} {
		server := serve(t, map[string]http.HandlerFunc{
			"/api/v1/query": answers(200, fmt.Sprintf(`{"results":{"A":{"status":200,"frames":%s}}}`, sample(t, name))),
		})
		for _, header := range []string{"true", ""} {
			response, err := datasourceAt(t, server.URL).QueryData(context.Background(), &backend.QueryDataRequest{
				Headers: map[string]string{backend.FromAlertHeaderName: header},
				Queries: []backend.DataQuery{dataQuery("A", `{"kind":"metric","metric":"rps"}`)},
			})
			if err != nil {
				t.Fatal(err)
			}
			if fits || header == "" {
				if problem := response.Responses["A"].Error; problem != nil {
					t.Errorf("%s: %v", name, problem)
				}
				continue
			}
			expectFailure(t, response.Responses["A"], 400, backend.ErrorSourceDownstream, "Alert rules work on series and numbers")
		}
	}
}

// Grafana's expressions take a series without points for a number that is none, and alert rules call that normal.
func TestNoDataIsToldToExpressions(t *testing.T) {
	server := serve(t, map[string]http.HandlerFunc{
		"/api/v1/query": answers(200, fmt.Sprintf(`{"results":{"A":{"status":200,"frames":%s}}}`, sample(t, "timeseries-multi-empty"))),
	})
	for name, headers := range map[string]map[string]string{
		"alert rule": {backend.FromAlertHeaderName: "true"},
		"expression": {"http_" + fromExpressionHeader: "true"},
		"panel":      {},
	} {
		response, err := datasourceAt(t, server.URL).QueryData(context.Background(), &backend.QueryDataRequest{
			Headers: headers,
			Queries: []backend.DataQuery{dataQuery("A", `{"kind":"metric","metric":"rps"}`)},
		})
		if err != nil {
			t.Fatal(err)
		}
		frames := response.Responses["A"].Frames
		if len(frames) != 1 || frames[0].Meta == nil || frames[0].Meta.Type != data.FrameTypeTimeSeriesMulti {
			t.Fatalf("%s: expected one frame with its type, found %v", name, frames)
		}
		// People see the columns, whatever is in them.
		if none := len(frames[0].Fields) == 0; none != (name != "panel") {
			t.Errorf("%s: %d fields", name, len(frames[0].Fields))
		}
	}
}

func TestExpressionsGetNoSeriesWithoutPoints(t *testing.T) {
	full := data.NewFrame("full", data.NewField("Time", nil, []time.Time{time.Unix(1, 0)}), data.NewField("v", nil, []float64{1}))
	empty := data.NewFrame("empty", data.NewField("Time", nil, []time.Time{}), data.NewField("v", nil, []float64{}))
	if kept := withoutEmptySeries(data.Frames{empty, full}); len(kept) != 1 || kept[0] != full {
		t.Errorf("kept %v", kept)
	}
}
