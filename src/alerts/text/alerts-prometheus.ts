import { gauge, type PrometheusSample } from '../../base/text/prometheus-text.js'
import type { AlertResult, AlertsDocument } from '../alerts-document.js'
import { alertStates } from '../evaluate/alert-standing.js'

/** A round of alerts in the text format that Prometheus scrapes, for the node exporter's textfile collector. */
export function alertsPrometheus({
  alerts,
  at,
  counts,
  deployment,
  exitCode,
  host,
  profile,
  tool,
}: AlertsDocument): string {
  const labelsOf = ({ id, priority }: AlertResult) => ({ alert: id, priority: priority.name })
  const figures = (name: 'value' | 'limit'): readonly PrometheusSample[] =>
    alerts.flatMap((alert) =>
      typeof alert[name] === 'number' ? [{ labels: { ...labelsOf(alert), unit: alert.unit }, value: alert[name] }] : [],
    )
  return [
    gauge('preflight_alerts_info', 'Which deployment was looked at; always 1.', [
      { labels: { version: tool.version, deployment: deployment ?? '', profile, host }, value: 1 },
    ]),
    gauge(
      'preflight_alert_state',
      '1 for the state that each alert is in, 0 for the others. An alert that is not evaluable is not known to be quiet.',
      alerts.flatMap((alert) =>
        alertStates.map((state) => ({ labels: { ...labelsOf(alert), state }, value: alert.state === state ? 1 : 0 })),
      ),
    ),
    gauge('preflight_alert_value', 'The value of an alert, where it is known and a number.', figures('value')),
    gauge('preflight_alert_limit', 'What that value is compared with, where it is a number.', figures('limit')),
    gauge(
      'preflight_alert_since_timestamp_seconds',
      'Since when an alert is in its state, in seconds since 1970; absent when no earlier round is known.',
      alerts.flatMap((alert) =>
        alert.since === null ? [] : [{ labels: labelsOf(alert), value: Date.parse(alert.since) / 1000 }],
      ),
    ),
    gauge('preflight_alerts', 'Number of alerts by state.', [
      { labels: { state: 'firing' }, value: counts.firing },
      { labels: { state: 'not-evaluable' }, value: counts.notEvaluable },
      { labels: { state: 'not-firing' }, value: counts.notFiring },
    ]),
    gauge('preflight_alerts_exit_code', 'The exit code of the evaluation.', [{ value: exitCode }]),
    gauge('preflight_alerts_timestamp_seconds', 'When the checks were asked, in seconds since 1970.', [
      { value: Date.parse(at) / 1000 },
    ]),
  ].join('')
}
