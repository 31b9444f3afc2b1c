"""Writes golden.json: 30 generated series, what statsforecast 2.1.1 makes of them and what statsmodels 0.15 does.

    python baseline/ets/testdata/golden.py

Of each series: the model that AutoETS takes and two more, with statsforecast's parameters and first states and, at these, its likelihood
and AICc, and the forecasts from its last states (written out here: its own damp a trend one step too late, the second is l + (φ+φ)·b); and
of two models the likelihood and forecasts that ETSModel finds within the usual region.
"""

import json
import os
import warnings

import numpy as np
from statsforecast.ets import ets_f
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

warnings.filterwarnings("ignore")
HERE = os.path.dirname(os.path.abspath(__file__))
AHEAD = 14
MODELS = [(e, t, d, s) for s in "NAM" for e in "AM" for t, d in (("N", False), ("A", False), ("A", True)) if not (s == "M" and e == "A")]


def series():
    r = np.random.default_rng(17)
    for i in range(30):
        m = [1, 12, 4, 12, 7, 1, 12, 24, 4, 12][i % 10]
        n = [60, 96, 40, 54, 90, 26, 132, 120, 28, 70][i % 10] + 3 * (i // 10)
        t = np.arange(n)
        level = 100 + np.cumsum(r.normal([0, 0.3, -0.2][i % 3], [1, 3, 0.3][i // 10], n))
        wave = np.sin(2 * np.pi * t / max(m, 2)) + 0.5 * np.cos(4 * np.pi * t / max(m, 3)) if m > 1 else 0
        noise = r.normal(0, 1 + i % 4, n)
        y = level * (1 + 0.15 * wave) + noise if i % 2 else level + 8 * wave + noise
        if i in (12, 23):
            y -= 100  # values around zero
        yield m, [round(float(v), 2) for v in y]


def name(model):
    e, t, d, s = model
    return f"ETS({e},{t}{'d' if d else ''},{s})"


def statsmodel(y, m, model):
    e, t, d, s = model
    words = {"A": "add", "M": "mul", "N": None}
    return ETSModel(np.array(y), error=words[e], trend=words[t], damped_trend=d, seasonal=words[s], seasonal_periods=m if s != "N" else None)


def loglik(fit, n):
    """Without the constants that statsforecast leaves out."""
    return fit.llf + n / 2 * (np.log(2 * np.pi) + 1 - np.log(n))


def at(y, m, model):
    """What statsforecast fits, or None."""
    e, t, d, s = model
    fit = ets_f(np.array(y), m, model=e + t + s, damped=d)
    if "sigma2" not in fit:
        return None
    alpha, beta, gamma, phi = fit["par"][:4]
    trend = fit["par"][5] if t != "N" else 0
    season = list(fit["par"][5 + (t != "N") :]) if s != "N" else []
    last = fit["states"][-1]
    path = np.cumsum((phi if d else 1.0) ** np.arange(1, AHEAD + 1))
    forecast = last[0] + path * (last[1] if t != "N" else 0)
    if s != "N":
        ahead = np.resize(last[1 + (t != "N") :][::-1], AHEAD)
        forecast = forecast + ahead if s == "A" else forecast * ahead
    return dict(
        model=name(model),
        alpha=alpha,
        beta=beta if t != "N" else 0,
        gamma=gamma if s != "N" else 0,
        phi=phi if d else 1,
        level=fit["par"][4],
        trend=trend,
        season=season[::-1],
        loglik=fit["loglik"],
        aicc=fit["aicc"],
        forecast=list(forecast),
    )


def searched(y, m, model):
    """What statsmodels finds."""
    fit = statsmodel(y, m, model).fit(disp=False, maxiter=5000)
    return dict(model=name(model), loglik=loglik(fit, len(y)), forecast=list(fit.forecast(AHEAD)))


def main():
    out = []
    for i, (m, y) in enumerate(series()):
        suited = [x for x in MODELS if (min(y) > 0 or x[0] == "A" and x[3] != "M") and (m > 1 or x[3] == "N")]
        all = [a for a in (at(y, m, x) for x in suited) if a]
        best = min(all, key=lambda a: a["aicc"])
        kept = [best] + [all[(i * 7 + k * 5) % len(all)] for k in (0, 1)]
        two = [suited[(i * 5 + k * 4) % len(suited)] for k in (0, 1)]
        out.append(dict(m=m, y=y, aicc=best["aicc"], fits=kept, searched=[searched(y, m, x) for x in two]))
    with open(os.path.join(HERE, "golden.json"), "w") as f:
        short = lambda v: float("%.12g" % v) if isinstance(v, float) else [short(x) for x in v] if isinstance(v, list) else {k: short(x) for k, x in v.items()} if isinstance(v, dict) else v
        f.write("[\n" + ",\n".join(json.dumps(short(json.loads(json.dumps(o)))) for o in out) + "\n]\n")


main()
