package plugin

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
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
