"""What booking costs beside a bare Django view on the same data: `make bench`, docs/benchmarks.md."""
