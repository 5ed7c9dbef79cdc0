"""Given names that are common in a German city; a list of our own, for the search of persons in free text.

Names that are words of their own in German texts are left out, such as August, Rose, Heide, Ernst, Mark and Roman.
"""

from __future__ import annotations

_NAMES = """
Aaron Adam Adrian Agnes Ahmed Ahmet Aishe Albert Albrecht Alexander Alexandra Alfons Alfred Ali Alice Alina Alois
Amelie Amir Ana Anastasia Andrea Andreas Andrej Angela Angelika Anita Anja Anke Anna Anne Annegret Anneliese Annette
Annika Anton Antonia Antonio Armin Arne Arnold Arthur Astrid Axel Ayse Ayşe Aylin Barbara Bastian Beate Beatrice
Benedikt Benjamin Bernadette Bernd Bernhard Bernhardt Berta Bettina Bianca Birgit Birgitta Björn Bodo Boris Brigitte
Bruno Burak Burkhard Carina Carl Carla Carlo Carlos Carmen Carola Carolin Caroline Carsten Cem Charlotte Christa
Christel Christiane Christian Christina Christine Christof Christoph Christopher Claudia Claus Clemens Conny
Constantin Cordula Corinna Cornelia Cornelius Dagmar Daniel Daniela Daria David Deniz Dennis Detlef Dieter Dietmar
Dietrich Dilek Dimitri Dirk Dominic Dominik Dora Doris Dorothea Eberhard Eckhard Edeltraud Edgar Edith Eduard Egon
Ekaterina Elena Elfriede Elias Elif Elisabeth Elke Ella Elsa Elvira Emil Emilia Emily Emine Emma Emre Erhard Eric
Erich Erik Erika Erkan Erwin Esra Esther Eugen Eva Evelyn Ewald Fabian Fabienne Fatih Fatima Fatma Felicitas Felix
Ferdinand Finn Florian Franca Francesco Franz Franziska Frauke Fred Frederik Frida Frieda Friederike Friedhelm
Friedrich Fritz Gabi Gabriel Gabriela Gabriele Georg Gerald Gerd Gerda Gerhard Gerlinde Gernot Gertrud Gesine Gina
Giovanni Gisela Giuseppe Gottfried Gregor Greta Gudrun Gunnar Gunter Guido Gustav Günter Günther Hakan Hanna Hannah
Hannelore Hannes Hans Harald Harry Hartmut Hasan Hatice Hedwig Heidi Heidrun Heike Heiko Heiner Heinrich Heinz
Helena Helene Helga Helmut Helmuth Henning Henrik Henriette Henry Herbert Hermann Herta Hilde Hildegard Holger Horst
Hubert Hugo Hüseyin Ibrahim Ida Igor Ilona Ilse Ina Ines Inga Inge Ingeborg Ingo Ingrid Irene Irina Irmgard Isabel
Isabell Isabella Isabelle Ivan Ivana Jakob Jan Jana Janina Jens Jessica Joachim Jochen Johann Johanna Johannes John
Jolanta Jonas Jonathan Jörg Jörn Josef Josefine Joseph Josip Judith Julia Julian Juliane Julius Jutta Jürgen Kai
Karin Karina Karl Karla Karolin Karsten Katarina Katharina Kathi Kathleen Kathrin Katja Katrin Kemal Kerstin Kevin
Klara Klaus Konrad Konstantin Kornelia Kristin Kristina Kurt Lara Larissa Lars Laura Lea Lena Leni Leo Leon Leonhard
Leonie Leopold Leyla Liam Lidia Lilly Lina Linda Linus Lisa Lorenz Lothar Louis Louisa Luca Lucia Ludwig Luis Luisa
Lukas Lutz Lydia Magdalena Maik Maja Malte Mandy Manfred Manuel Manuela Marc Marcel Marco Marcus Mareike Margarete
Margareta Margit Margot Margret Maria Marianne Marie Marina Mario Marion Marius Marko Markus Marlene Marlies Marta
Martha Martin Martina Marvin Mary Mathias Mathilde Matthias Maximilian Max Mechthild Mehmet Melanie Melina Melissa
Meral Mert Mia Michael Michaela Michel Michelle Miguel Mike Mila Milan Milena Miriam Mirjam Mirko Mohamed Mohammed
Moritz Monika Mona Muhammad Murat Mustafa Nadine Nadja Natalia Natalie Natascha Nico Nicola Nicole Niklas Nikola
Nikolai Nikolaus Nils Nina Noah Nora Norbert Olaf Ole Olga Oliver Olivia Oskar Osman Oswald Otmar Otto Özlem Pascal
Patricia Patrick Patrizia Paul Paula Pauline Peer Petra Peter Philip Philipp Pia Pierre Rafael Rainer Ralf Ralph
Ramona Raphael Rebecca Regina Regine Reiner Reinhard Reinhold Renate Rene René Ricarda Richard Rita Robert Roberto
Robin Roger Roland Rolf Ronald Ronny Rosa Rosemarie Rosina Roswitha Rudi Rudolf Rupert Ruth Sabine Sabrina Samira
Samuel Sandra Sandro Sara Sarah Sascha Saskia Sebastian Selina Selma Sergej Sibylle Siegfried Siegmund Sigrid Silke
Silvia Simon Simone Sina Sofia Sofie Sonja Sophia Sophie Stefan Stefanie Stefano Steffen Steffi Stephan Stephanie
Susann Susanne Susi Svenja Sven Swetlana Sylvia Tamara Tanja Tatjana Thea Theodor Theresa Therese Theresia Thomas
Thorsten Tilman Till Tim Timo Tina Tobias Tom Toni Torben Torsten Traudl Udo Ulf Ulla Ulrich Ulrike Ursula Ute Uwe
Valentin Valentina Vanessa Vera Verena Veronika Veronique Viktor Viktoria Vincent Vladimir Volker Volkmar Waldemar
Walter Waltraud Waltraut Wenzel Werner Wilfried Wilhelm Willi Wilma Winfried Wladimir Wolf Wolfgang Wolfram Xaver
Yannick Yasemin Yasmin Yusuf Yvonne Zeynep Zoe
"""
GIVEN_NAMES = frozenset(_NAMES.split())
