package plugin

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// BenchmarkQuery asks for 10 series of 1,000 points, and writes the answer as Grafana gets it. The server answers the
// same bytes each time, so that what is measured is the plugin's own work and one round trip on this machine.
func BenchmarkQuery(b *testing.B) {
	const series, points = 10, 1000
	frames := make([]string, series)
	for i := range frames {
		times, values := make([]string, points), make([]string, points)
		for j := range points {
			times[j] = fmt.Sprint(1520272365000 + 1000*j)
			values[j] = fmt.Sprint(100 + 7*float64(i) + math.Sin(float64(j)/50))
		}
		frames[i] = fmt.Sprintf(`{"schema":{"name":"m%d","fields":[{"name":"time","type":"time","typeInfo":{"frame":"time.Time"}},`+
			`{"name":"value","type":"number","typeInfo":{"frame":"float64","nullable":true}}]},"data":{"values":[[%s],[%s]]}}`,
			i, strings.Join(times, ","), strings.Join(values, ","))
	}
	body := `{"results":{"A":{"status":200,"frames":[` + strings.Join(frames, ",") + `]}}}`
	server := serve(b, map[string]http.HandlerFunc{"/api/v1/query": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		_, _ = w.Write([]byte(body))
	}})
	source := datasourceAt(b, server.URL)
	request := &backend.QueryDataRequest{Queries: []backend.DataQuery{dataQuery("A", `{"kind":"metric","metric":"rps"}`)}}
	convert := backend.ToProto()
	b.ReportAllocs()
	for b.Loop() {
		response, err := source.QueryData(context.Background(), request)
		if err != nil || response.Responses["A"].Error != nil || len(response.Responses["A"].Frames) != series {
			b.Fatal(err, response.Responses["A"].Error)
		}
		if _, err := convert.QueryDataResponse(backend.DataFrameFormat_ARROW, response); err != nil {
			b.Fatal(err)
		}
	}
}
