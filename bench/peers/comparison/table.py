"""Medians of the runs, and ratios to Parley's run of the same round, as Markdown and as data."""

import statistics

BASE = "parley"  # the others are divided by it


def median(values):
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def ratio(own, base):
    """The median over the rounds that have both; each figure is divided by Parley's of its own round."""
    return median([own[number] / base[number] for number in own if base.get(number)])


def by_round(outcomes, server, scenario, key):
    found = {o.round: o.figure(key) for o in outcomes if o.server == server and o.scenario == scenario}
    return {number: value for number, value in found.items() if value is not None}


def remarks(outcomes):
    """What a reader must know of these runs of one server in one scenario."""
    said = []
    limited = sum(o.client_limited for o in outcomes)
    if limited:
        said.append(f"the client was the limit in {limited} of {len(outcomes)}")
    failed = [o for o in outcomes if not o.good]
    if failed:
        said.append(f"{len(failed)} of {len(outcomes)} failed: {failed[0].fault}")
    return "; ".join(said)


def summarise(outcomes, servers, scenarios):
    """A row for each scenario and server."""
    rows = []
    for scenario in scenarios:
        for server in servers:
            figures = {}
            for figure in scenario.figures:
                own = by_round(outcomes, server.name, scenario.name, figure.key)
                others = by_round(outcomes, BASE, scenario.name, figure.key)
                figures[figure.key] = {"median": median(own.values()), "to_parley": ratio(own, others)}
            mine = [o for o in outcomes if o.server == server.name and o.scenario == scenario.name]
            rows.append({"scenario": scenario.name, "server": server.name, "runs": len(mine), "figures": figures,
                         "remarks": remarks(mine)})
    return rows


def cell(figure, value, server):
    if value["median"] is None:
        return ""
    text = f"{value['median'] * figure.scale:,.{figure.digits}f}"
    if server == BASE or value["to_parley"] is None:
        return text
    return f"{text} ({value['to_parley']:.2f}×)"


def line(cells):
    return "| " + " | ".join(str(text).replace("|", "\\|") for text in cells) + " |"


def in_markdown(rows, servers, scenarios, rounds):
    """One table a scenario."""
    out = []
    titles = {server.name: server.title for server in servers}
    for scenario in scenarios:
        heads = ["server", *(figure.title for figure in scenario.figures), "remarks"]
        out += [f"## {scenario.title[0].upper()}{scenario.title[1:]}", "", line(heads), line(["---"] * len(heads))]
        for row in rows:
            if row["scenario"] == scenario.name:
                cells = [cell(figure, row["figures"][figure.key], row["server"]) for figure in scenario.figures]
                out.append(line([titles[row["server"]], *cells, row["remarks"]]))
        out += ["", "`parley-load " + " ".join(str(part) for part in scenario.command) + "`", ""]
    medians = f"Medians of {rounds} {'round' if rounds == 1 else 'rounds'}."
    ratios = " In parentheses the median of the ratios to Parley in the same round." if BASE in titles else ""
    return [*out, medians + ratios, ""]
