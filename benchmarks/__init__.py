"""Measurements that the bars and the docs quote; run one with `python -m benchmarks.NAME`."""
