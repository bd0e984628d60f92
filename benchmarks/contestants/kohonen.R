# Trains one map when told so by a line on standard input; started by kohonen.py.
library(kohonen)

arguments <- commandArgs(trailingOnly = TRUE)
numbers <- as.numeric(arguments[4:9])
names(numbers) <- c("rows", "features", "side", "epochs", "sigma", "threads")

cells <- readBin(arguments[1], "double", numbers["rows"] * numbers["features"])
rows <- matrix(cells, ncol = numbers["features"], byrow = TRUE)
nodes <- matrix(rnorm(numbers["side"]^2 * numbers["features"]), ncol = numbers["features"])
rm(cells)
invisible(gc())

cat("ready\n")
standard_input <- file("stdin", "r")
while (length(readLines(standard_input, 1)) > 0) {
  supersom(
    list(rows),
    grid = somgrid(numbers["side"], numbers["side"], arguments[3], "gaussian"),
    rlen = numbers["epochs"],
    radius = c(numbers["sigma"], 1),
    mode = arguments[2],
    cores = numbers["threads"],
    init = list(nodes),
    keep.data = FALSE
  )
  cat("done\n")
}
