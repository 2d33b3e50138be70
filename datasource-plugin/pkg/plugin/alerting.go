package plugin

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// fromExpressionHeader marks what expressions of a panel ask; Grafana's package query names it so.
const fromExpressionHeader = "X-Grafana-From-Expr"

// forAlertRule tells whether Grafana's alerting asks.
func forAlertRule(request *backend.QueryDataRequest) bool {
	return request.Headers[backend.FromAlertHeaderName] == "true"
}

// forExpressions tells whether Grafana's server goes on to work on the answer: for an alert rule, or for expressions.
func forExpressions(request *backend.QueryDataRequest) bool {
	return forAlertRule(request) || request.GetHTTPHeader(fromExpressionHeader) == "true"
}

// withoutEmptySeries is an answer as expressions tell that there is no data: a typed frame without any field (data plane
// contract, "No data response"). A series without points would be a number that is none, and an alert rule normal.
func withoutEmptySeries(frames data.Frames) data.Frames {
	kept := make(data.Frames, 0, len(frames))
	for _, frame := range frames {
		if frame.Rows() > 0 {
			kept = append(kept, frame)
		}
	}
	if len(kept) > 0 || len(frames) == 0 {
		return kept
	}
	return data.Frames{{RefID: frames[0].RefID, Name: frames[0].Name, Meta: frames[0].Meta}}
}

// notForAlertRules says in plain words what Grafana would only call no wide series: alert rules work on series over
// time and on numbers, not on tables and pictures.
func notForAlertRules(refID string, frames data.Frames) *failure {
	for _, frame := range frames {
		kind := ""
		if frame.Meta != nil {
			kind = string(frame.Meta.Type)
		}
		if !strings.HasPrefix(kind, "timeseries-") && !strings.HasPrefix(kind, "numeric-") {
			return downstream(codeRefused, http.StatusBadRequest,
				fmt.Sprintf("Alert rules work on series and numbers, but the query %s answers a table or a picture", refID),
				"Ask for a metric, or for the engine status over time", nil)
		}
	}
	return nil
}
