# Trains one map when told so by a line on standard input; started by kohonen.py.
library(kohonen)

arguments <- commandArgs(trailingOnly = TRUE)
mode <- arguments[2]
lattice <- arguments[3]
numbers <- as.numeric(arguments[4:9])
names(numbers) <- c("rows", "features", "side", "epochs", "sigma", "threads")

train <- function(rows, nodes, side, epochs) {
  supersom(
    list(rows),
    grid = somgrid(side, side, lattice, "gaussian"),
    rlen = epochs,
    radius = c(numbers["sigma"], 1),
    mode = mode,
    cores = numbers["threads"],
    init = list(nodes),
    keep.data = FALSE
  )
}

random <- function(n) matrix(rnorm(n * numbers["features"]), ncol = numbers["features"])

invisible(train(random(40), random(16), 4, 2))
cells <- readBin(arguments[1], "double", numbers["rows"] * numbers["features"])
rows <- matrix(cells, ncol = numbers["features"], byrow = TRUE)
nodes <- random(numbers["side"]^2)
rm(cells)
invisible(gc())

cat("ready\n")
standard_input <- file("stdin", "r")
while (length(readLines(standard_input, 1)) > 0) {
  train(rows, nodes, numbers["side"], numbers["epochs"])
  cat("done\n")
}
