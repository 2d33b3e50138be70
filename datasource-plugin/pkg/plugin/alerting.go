package plugin

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// forAlertRule tells whether Grafana's alerting asks.
func forAlertRule(request *backend.QueryDataRequest) bool {
	return request.Headers[backend.FromAlertHeaderName] == "true"
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
