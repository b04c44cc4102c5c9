#!/usr/bin/env python3
"""Makes the extracts beside this file from the two public histories: extract.py FOLDER_WITH_THE_ORIGINALS

The same dealing as in real.cpp (--data): customers to groups by a hash of their number, orders to parcels.
"""
import csv
import datetime
import os
import sys

GROUPS = 30       # real.cpp: kGroups
DEALS = 2         # real.cpp: kExtractDeals
ITEMS_PER_PARCEL = 24
MOST_PARCELS = 20
FEWEST_DELIVERY_DAYS = 50


def group_of(customer, deal):
    z = (customer * 0x9E3779B97F4A7C15 + (deal + 1) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    z = ((z ^ (z >> 31)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return (z >> 33) % GROUPS


def day_number(text):
    return (datetime.date.fromisoformat(text) - datetime.date(1970, 1, 1)).days


def write(path, comment, first_day, accounts):
    with open(path, "w", encoding="utf-8") as out:
        for line in comment:
            out.write(f"# {line}\n")
        out.write(f"first_day {first_day}\n")
        for name, counts in accounts:
            # A run of n empty days is written -n.
            cells, empty = [], 0
            for count in counts:
                if count == 0:
                    empty += 1
                    continue
                if empty:
                    cells.append("0" if empty == 1 else str(-empty))
                    empty = 0
                cells.append(str(count))
            if empty:
                cells.append(str(-empty))
            out.write(name.replace(" ", "_") + " " + " ".join(cells) + "\n")


def retail(folder, target):
    rows = list(csv.DictReader(open(os.path.join(folder, "online_retail_daily.csv"), encoding="utf-8")))
    first, last = day_number(rows[0]["day"]), max(day_number(row["day"]) for row in rows)
    accounts = []
    for deal in range(DEALS):
        counts = [[0] * (last - first + 1) for _ in range(GROUPS)]
        for row in rows:
            items = int(row["items"])
            if items > 0:
                parcels = min(MOST_PARCELS, (items + ITEMS_PER_PARCEL - 1) // ITEMS_PER_PARCEL)
                counts[group_of(int(row["account"]), deal)][day_number(row["day"]) - first] += parcels
        accounts += [(f"group-{deal}-{group}", counts[group]) for group in range(GROUPS)]
    write(target, ["Parcels a day of groups of a UK wholesaler's customers, from the Online Retail data set",
                   "(UCI Machine Learning Repository, CC BY 4.0). Made by extract.py."], first, accounts)


def shipments(folder, target):
    rows = list(csv.DictReader(open(os.path.join(folder, "scms_shipments.csv"), encoding="utf-8")))
    days = [day_number(row["delivered_on"]) for row in rows]
    first, last = min(days), max(days)
    counts = {}
    for row, day in zip(rows, days):
        counts.setdefault(row["account"], [0] * (last - first + 1))[day - first] += 1
    chosen = {name: days for name, days in counts.items() if sum(n > 0 for n in days) >= FEWEST_DELIVERY_DAYS}
    write(target, ["Delivered shipment lines a day and country, Supply Chain Management System (US Government open",
                   "data). Made by extract.py."], first, sorted(chosen.items()))


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    retail(sys.argv[1], os.path.join(here, "retail_uk.txt"))
    shipments(sys.argv[1], os.path.join(here, "scms.txt"))
