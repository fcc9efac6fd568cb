type StatusClass = '2xx' | '4xx' | '5xx'

/** What the page of the metrics counts: requests by handler, method and class of status. */
export class PageCounters {
  readonly #requests = new Map<string, number>()

  count(handler: string, method: string, status: number, times = 1): void {
    const group: StatusClass = status >= 500 ? '5xx' : status >= 400 ? '4xx' : '2xx'
    const labels = `handler="${handler}",method="${method}",status="${group}"`
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + times)
  }

  /** In Prometheus' text format, as prometheus-fastapi-instrumentator writes it. */
  page(): string {
    const total = [...this.#requests.values()].reduce((sum, each) => sum + each, 0)
    return [
      '# HELP python_info Python platform information',
      '# TYPE python_info gauge',
      'python_info{implementation="CPython",major="3",minor="11",patchlevel="9",version="3.11.9"} 1.0',
      '# HELP process_open_fds Number of open file descriptors.',
      '# TYPE process_open_fds gauge',
      'process_open_fds 17.0',
      '# HELP http_requests_total Total number of requests by method, status and handler.',
      '# TYPE http_requests_total counter',
      ...[...this.#requests].map(([labels, times]) => `http_requests_total{${labels}} ${times}.0`),
      '# HELP http_request_duration_highr_seconds Latency with many buckets but no API specific labels.',
      '# TYPE http_request_duration_highr_seconds histogram',
      `http_request_duration_highr_seconds_bucket{le="0.5"} ${total}.0`,
      `http_request_duration_highr_seconds_bucket{le="+Inf"} ${total}.0`,
      `http_request_duration_highr_seconds_count ${total}.0`,
      `http_request_duration_highr_seconds_sum ${(total * 0.004).toFixed(3)}`,
      '',
    ].join('\n')
  }
}
