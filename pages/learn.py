"""For a newcomer: what a self-organizing map is, beside K-means, and what it can't tell."""

import streamlit as st

from ui import session
from ui.charts import chart
from ui.sections import lesson

session.current()  # for who comes here first, by a link
st.title("Learn")
st.write(
    "A **self-organizing map** (SOM) lays the rows of a table out on a grid, so that rows that are "
    "alike come to lie near each other. Each cell of the grid, its *node*, holds one typical row. "
    "Training shows the rows to the grid again and again; each time the nearest cell, the *best "
    "matching unit*, moves towards the rows it won, and pulls its neighbours along. So the grid "
    "spreads over the data like a net, and neighbouring cells stay alike."
)

st.header("See it happen, beside K-means")
st.write(
    "Grey points are 342 real penguins, by bill length and bill depth. On the left a map of "
    "6 × 6 cells was trained on them; on the right K-means placed the same number of centres or "
    "fewer. Move the sliders: both are trained again at once."
)
left, right = st.columns(2)
with left:
    st.subheader("Self-organizing map")
    epochs = st.slider("Epochs: how often the map has seen every row", 1, 30, 20)
    chart(lesson.net(epochs), alt="A net of 36 cells spread over the penguins", key="net")
    st.write(
        "Lines tie neighbours on the map. **The order is the point:** walk along a line and the "
        "penguins change step by step. With one epoch the net is still crumpled in the middle."
    )
with right:
    st.subheader("K-means")
    centres = st.slider("Number of centres", 2, 36, 3)
    chart(
        lesson.centres(centres), alt=f"{centres} centres of K-means among the penguins", key="means"
    )
    st.write(
        "K-means places each centre in the middle of its own rows and knows no neighbours. "
        "**The groups are the point:** ask for three and you get three, whether or not there are "
        "three in the data."
    )

st.subheader("Which one, when?")
st.table(
    {
        "Question": [
            "Which groups are there, and how do they border each other?",
            "Give me exactly k groups to work with",
            "How does one column change across everything else?",
            "Which rows sit between two groups?",
        ],
        "SOM": ["yes: U-matrix", "cluster the cells", "yes: component planes", "yes"],
        "K-means": ["groups, not borders", "yes", "no", "only by distance to centres"],
    },
)

st.header("How to read the maps")
st.markdown(
    "- **U-matrix**: how different each cell is from its neighbours. Low valleys are groups of "
    "similar rows; high ridges are the borders between them.\n"
    "- **Component plane**: one column's value in each cell. Two planes that look alike show two "
    "columns that go together; where they differ is often the finding.\n"
    "- **Hit map**: how many rows have each cell as their best matching unit. Empty cells hold no "
    "row: their values are a guess between their neighbours.\n"
    "- **Quantization error**: how far a row lies from its cell on average, in scaled units. "
    "Smaller is a closer fit, but a larger grid always makes it smaller.\n"
    "- **Topographic error**: the share of rows whose two nearest cells are not neighbours. It "
    "says how far you can trust that near on the map means alike in the table."
)

st.header("What a map can't tell, and what SOM Atlas does about it")
st.table(
    {
        "Limit": [
            "A map always finds an order, even in noise.",
            "Distances on the map are not distances in the data.",
            "The picture depends on grid size, sigma and seed.",
            "Columns with large numbers drown the others.",
            "Missing values and outliers bend the map.",
            "Differences of a set you picked on the map look large: you chose it for that.",
            "An empty cell's value was never observed.",
            "Near on the map need not mean caused by.",
        ],
        "What SOM Atlas does": [
            "Quality stands beside every map with a sentence on what it means for this one.",
            "The U-matrix shows the true distance between neighbours, and a lens shows the "
            "distance of all cells to the one you chose.",
            "Settings and seed are kept with the map; the same settings give the same map again. "
            "Train again with another seed, and believe what stays.",
            "Scaling is suggested for every column, shown before and after, and a category weighs "
            "as much as a number.",
            "Every choice about them is made in the open on the Prepare page, with its reason and "
            "the rows it costs.",
            "Effect sizes are shown as a description, without p-values that would not hold.",
            "Empty cells look different in every map.",
            "Columns can be left out of training and laid over the map afterwards.",
        ],
    },
)
st.caption(
    "Kohonen (1982), Self-organized formation of topologically correct feature maps. "
    "Ultsch and Siemon (1990) on the U-matrix. MacQueen (1967) on K-means."
)
